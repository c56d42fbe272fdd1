package org.jrunc.rootfs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;

class MountVocabularyTest {

    @Test
    void everyWordIsUnderstoodAndNotHandedToTheFileSystem() {
        for (String word : MountVocabulary.words()) {
            assertEquals(List.of(), MountOptions.parse(List.of(word)).data(), word);
        }
        assertEquals(List.of("acl"), MountOptions.parse(List.of("acl")).data());
    }

    @Test
    void wordsAreSorted() {
        assertEquals(MountVocabulary.words().stream().sorted().distinct().toList(), MountVocabulary.words());
        assertTrue(MountVocabulary.words().containsAll(List.of("rro", "idmap", "ridmap", "tmpcopyup", "rbind")));
    }
}
