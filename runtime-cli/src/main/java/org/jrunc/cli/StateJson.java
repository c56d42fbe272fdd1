package org.jrunc.cli;
final class StateJson { static String pretty(org.jrunc.spec.State s){return ""+s;} static String compact(org.jrunc.spec.State s,String o){return ""+s;} }
