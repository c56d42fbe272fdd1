package org.jrunc.rootfs;

import static org.jrunc.kernel.MountFlags.*;
import static org.junit.jupiter.api.Assertions.*;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MountOptionsTest {

    private static MountOptions parse(String... words) {
        return MountOptions.parse(List.of(words));
    }

    @ParameterizedTest
    @CsvSource({"ro,1,rw", "nosuid,2,suid", "nodev,4,dev", "noexec,8,exec", "sync,16,async", "mand,64,nomand",
        "noatime,1024,atime", "nodiratime,2048,diratime", "relatime,2097152,norelatime",
        "strictatime,16777216,nostrictatime", "nosymfollow,256,symfollow", "silent,32768,loud",
        "iversion,8388608,noiversion", "lazytime,33554432,nolazytime"})
    void eachWordHasItsFlagAndItsOpposite(String word, long flag, String opposite) {
        assertEquals(flag, parse(word).flags());
        assertEquals(0, parse(word).cleared());
        assertEquals(0, parse(opposite).flags());
        assertEquals(flag, parse(opposite).cleared());
        assertEquals(flag, parse(opposite, word).flags());
        assertEquals(0, parse(opposite, word).cleared());
        assertEquals(0, parse(word, opposite).flags());
        assertEquals(List.of(), parse(word, opposite).data());
    }

    @ParameterizedTest
    @CsvSource({"dirsync,128", "remount,32", "bind,4096", "rbind,20480"})
    void someWordsHaveNoOpposite(String word, long flag) {
        assertEquals(flag, parse(word).flags());
        assertEquals(List.of(), parse(word).data());
    }

    @ParameterizedTest
    @CsvSource({"rro,1,rrw", "rnosuid,2,rsuid", "rnodev,4,rdev", "rnoexec,8,rexec", "rnodiratime,128,rdiratime",
        "rnosymfollow,2097152,rsymfollow"})
    void recursiveWordsSetAndClear(String word, long attribute, String opposite) {
        assertEquals(attribute, parse(word).recursiveSet());
        assertEquals(0, parse(word).recursiveCleared());
        assertEquals(attribute, parse(word, opposite).recursiveCleared());
        assertEquals(0, parse(word, opposite).recursiveSet());
        assertEquals(0, parse(word).flags());
        assertEquals(List.of(), parse(word, opposite).data());
    }

    @ParameterizedTest
    @CsvSource({"rnoatime,16", "rstrictatime,32", "rrelatime,0", "ratime,0", "rnostrictatime,0"})
    void recursiveAccessTimesClearAllOfTheirMask(String word, long attribute) {
        assertEquals(attribute, parse(word).recursiveSet());
        assertEquals(MOUNT_ATTR__ATIME, parse(word).recursiveCleared());
        assertEquals(attribute, parse("rnoatime", "rstrictatime", word).recursiveSet());
    }

    @Test
    void notRelativeMeansNothing() {
        assertEquals(0, parse("rnorelatime").recursiveCleared());
        assertEquals(List.of(), parse("rnorelatime").data());
    }

    @ParameterizedTest
    @CsvSource({"private,262144", "rprivate,278528", "shared,1048576", "rshared,1064960", "slave,524288",
        "rslave,540672", "unbindable,131072", "runbindable,147456"})
    void propagationIsAListOfItsOwn(String word, long flag) {
        assertEquals(List.of(flag), parse(word).propagation());
        assertEquals(0, parse(word).flags());
        assertEquals(List.of(MS_SLAVE | MS_REC, flag), parse("rslave", word).propagation());
    }

    @Test
    void defaultsMeansNothing() {
        assertEquals(0, parse("defaults").flags());
        assertEquals(List.of(), parse("defaults", "").data());
        assertFalse(parse("defaults").changesMount());
    }

    @Test
    void whatIsUnknownIsForTheFileSystem() {
        assertEquals(List.of("size=64k", "mode=755", "acl"), parse("size=64k", "ro", "mode=755", "acl").data());
    }

    @Test
    void runtimeWordsAreNotForTheFileSystem() {
        assertTrue(parse("tmpcopyup").copyUp());
        assertTrue(parse("idmap").idMap());
        assertFalse(parse("idmap").recursiveIdMap());
        assertTrue(parse("ridmap").idMap());
        assertTrue(parse("ridmap").recursiveIdMap());
        assertEquals(List.of(), parse("tmpcopyup", "idmap", "ridmap").data());
    }

    @Test
    void strictAccessTimesWinLikeInMount2() {
        assertEquals(MOUNT_ATTR_STRICTATIME, parse("noatime", "strictatime").attributes());
        assertEquals(MOUNT_ATTR_NOATIME, parse("noatime", "relatime").attributes());
        assertEquals(0, parse("relatime").attributes());
        assertEquals(MOUNT_ATTR_RDONLY | MOUNT_ATTR_NOSYMFOLLOW | MOUNT_ATTR_NODIRATIME,
                parse("ro", "nosymfollow", "nodiratime").attributes());
    }

    @Test
    void aWordMayHoldSeveralOptionsOfTheFileSystem() {
        assertEquals(List.of("size=64k", "mode=755", "context=\"a:b:c1,c2\"", "upperdir=/x\\,y"),
                parse("size=64k,mode=755", "context=\"a:b:c1,c2\",upperdir=/x\\,y").data());
    }
}
