package org.jrunc.cgroup;

import java.util.ArrayList;
import java.util.List;
import org.jrunc.systemd.Systemd;
import org.jrunc.systemd.UnitProperty;

/** Writes down what it is told. */
class FakeSystemd implements Systemd, Systemd.Connector {

    final List<String> calls = new ArrayList<>();
    boolean empty = true;
    int version = 252;
    private boolean connected;

    @Override
    public Systemd connect() {
        calls.add("connect");
        connected = true;
        return this;
    }

    @Override
    public int version() {
        return version;
    }

    @Override
    public String controlGroup() {
        calls.add("controlGroup");
        return "/user.slice/user-1000.slice/user@1000.service";
    }

    @Override
    public void start(String unit, List<UnitProperty> properties) {
        calls.add("start " + unit + " " + properties);
    }

    @Override
    public void set(String unit, List<UnitProperty> properties) {
        if (!connected) {
            throw new IllegalStateException("not connected");
        }
        calls.add("set " + unit + " " + properties);
    }

    @Override
    public boolean isEmpty(String unit) {
        return empty;
    }

    @Override
    public void stop(String unit) {
        calls.add("stop " + unit);
    }

    @Override
    public void close() {
        connected = false;
        calls.add("close");
    }
}
