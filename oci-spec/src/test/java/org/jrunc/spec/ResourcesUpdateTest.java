package org.jrunc.spec;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class ResourcesUpdateTest {

    private static ResourcesUpdate update(String saved, String patch) {
        String config = "{'ociVersion':'1.3.0','x':[1.50,null,{'y':true}]," + saved + "}";
        return ResourcesUpdate.of(bytes(config), bytes(patch), "stdin");
    }

    private static byte[] bytes(String json) {
        return json.replace('\'', '"').getBytes(StandardCharsets.UTF_8);
    }

    private static String saved(ResourcesUpdate update) {
        return new String(update.config(), StandardCharsets.UTF_8).replace('"', '\'');
    }

    @Test
    void whatIsNotNamedIsKeptAlsoOutsideOfResources() {
        ResourcesUpdate update = update("'linux':{'resources':{'devices':[{'allow':false,'access':'rwm'}],"
                + "'cpu':{'shares':10,'quota':5}},'seccomp':{'defaultAction':'A'}}", "{'cpu':{'quota':7}}");
        assertEquals("{'ociVersion':'1.3.0','x':[1.50,null,{'y':true}],'linux':{'resources':{'devices':["
                + "{'allow':false,'access':'rwm'}],'cpu':{'shares':10,'quota':7}},'seccomp':{'defaultAction':'A'}}}",
                saved(update));
    }

    @Test
    void aConfigurationWithoutResourcesGetsSome() {
        assertTrue(saved(update("'linux':{}", "{'pids':{'limit':3}}")).endsWith(
                "'linux':{'resources':{'pids':{'limit':3}}}}"));
        assertTrue(saved(update("'hostname':'h'", "{'pids':{'limit':3}}")).endsWith(
                "'linux':{'resources':{'pids':{'limit':3}}}}"));
    }

    @Test
    void zeroMeansUnsetButNotForLimitsOfProcessesIdleAndBurst() {
        ResourcesUpdate update = update("'linux':{'resources':{'memory':{'limit':5},'cpu':{'shares':4,'cpus':'1',"
                + "'idle':1,'burst':9},'pids':{'limit':8}}}",
                "{'memory':{'limit':0,'swap':null},'cpu':{'shares':0,'cpus':'','idle':0,'burst':0},"
                + "'pids':{'limit':0}}");
        assertTrue(saved(update).endsWith("{'memory':{'limit':5},'cpu':{'shares':4,'cpus':'1','idle':0,'burst':0},"
                + "'pids':{'limit':0}}}}"), saved(update));
    }

    @Test
    void quotaAndPeriodAreWrittenTogetherAndSharesComeBackAfterIdle() {
        Cpu cpu = update("'linux':{'resources':{'cpu':{'shares':4,'quota':5,'period':6,'idle':1}}}",
                "{'cpu':{'quota':7,'idle':0}}").change().cpu().orElseThrow();
        assertEquals(7, cpu.quota().getAsLong());
        assertEquals(6, cpu.period().getAsLong());
        assertEquals(4, cpu.shares().getAsLong());
        cpu = update("'linux':{'resources':{'cpu':{'shares':4,'quota':5,'period':6}}}", "{'cpu':{'burst':1}}").change()
                .cpu().orElseThrow();
        assertTrue(cpu.quota().isEmpty() && cpu.period().isEmpty() && cpu.shares().isEmpty());
    }

    @Test
    void swapNeedsMemoryAndUnlimitedMemoryForgetsSwap() {
        String saved = "'linux':{'resources':{'memory':{'limit':5,'swap':9,'checkBeforeUpdate':true}}}";
        Memory memory = update(saved, "{'memory':{'swap':7}}").change().memory().orElseThrow();
        assertEquals(5, memory.limit().getAsLong());
        assertTrue(memory.checkBeforeUpdate().orElseThrow());
        assertTrue(saved(update(saved, "{'memory':{'limit':-1}}")).endsWith(
                "{'limit':-1,'checkBeforeUpdate':true}}}}"));
        assertTrue(saved(update(saved, "{'memory':{'limit':-1,'swap':8}}")).endsWith(
                "{'limit':-1,'swap':8,'checkBeforeUpdate':true}}}}"));
    }

    /** On v2 what is left for swap is the difference. */
    @Test
    void aNewLimitOfMemoryComesWithTheSwapThatWasSet() {
        String saved = "'linux':{'resources':{'memory':{'limit':5,'swap':9}}}";
        Memory memory = update(saved, "{'memory':{'limit':6}}").change().memory().orElseThrow();
        assertEquals(6, memory.limit().getAsLong());
        assertEquals(9, memory.swap().getAsLong());
        assertTrue(update(saved, "{'memory':{'limit':-1}}").change().memory().orElseThrow().swap().isEmpty());
        assertTrue(update(saved, "{'memory':{'reservation':3}}").change().memory().orElseThrow().swap().isEmpty());
    }

    @Test
    void entriesOfOneDeviceReplaceEachOtherAndDeviceRulesAreNotTouched() {
        ResourcesUpdate update = update("'linux':{'resources':{'devices':[],'blockIO':{'throttleReadBpsDevice':["
                + "{'major':8,'minor':0,'rate':1},{'major':8,'minor':16,'rate':2}]}}}",
                "{'devices':[{'allow':true,'access':'rwm'}],"
                + "'blockIO':{'throttleReadBpsDevice':[{'major':8,'minor':0,'rate':3}]}}");
        assertTrue(saved(update).endsWith("{'devices':[],'blockIO':{'throttleReadBpsDevice':["
                + "{'major':8,'minor':16,'rate':2},{'major':8,'minor':0,'rate':3}]}}}}"), saved(update));
        assertTrue(update.change().devices().isEmpty());
    }

    @Test
    void faultsAreThoseOfThePatch() {
        SpecException e = assertThrows(SpecException.class,
                () -> update("'linux':{}", "{'memory':{'limit':'big'}}"));
        assertTrue(e.getMessage().startsWith("stdin:1:"), e.getMessage());
        assertThrows(SpecException.class, () -> update("'linux':{}", "{'unified':{'a/b':'1'}}"));
    }
}
