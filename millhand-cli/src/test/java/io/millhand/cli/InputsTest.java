package io.millhand.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class InputsTest {

    @TempDir
    Path folder;

    private final Inputs inputs = new Inputs();

    @Test
    void drawsFilesThenLinesThenRanges() throws IOException {
        Path file = Files.writeString(folder.resolve("lines"), "x\ny\n");
        inputs.add(file.toString(), Parameter.TEXT);
        inputs.addLines(file.toString());
        inputs.addRange(new NumberRange(1, 2));
        assertThat(inputs.iterator())
                .toIterable()
                .containsExactly(
                        Input.file(file.toString()),
                        Input.text("x"),
                        Input.text("y"),
                        Input.text("1"),
                        Input.text("2"));
        assertThat(inputs.total()).isEqualTo(OptionalLong.empty());
    }

    @Test
    void knowsHowManyFilesAndNumbersThereAre() throws IOException {
        inputs.add(Files.writeString(folder.resolve("a"), "").toString(), Parameter.TEXT);
        inputs.addRange(new NumberRange(0, Long.MAX_VALUE));
        assertThat(inputs.total()).isEqualTo(OptionalLong.of(Long.MAX_VALUE));
    }

    @Test
    void takesANameThatExistsAsItIs() throws IOException {
        Path file = Files.writeString(folder.resolve("a[1].txt"), "");
        inputs.add(file.toString(), Parameter.TEXT);
        assertThat(inputs.iterator()).toIterable().containsExactly(Input.file(file.toString()));
    }

    @Test
    void namesWhatIsMissing() {
        assertThatThrownBy(() -> inputs.add(folder + "/none", Parameter.TEXT))
                .hasMessage("there is no file '" + folder + "/none'");
        assertThatThrownBy(() -> inputs.add(folder + "/*.none", Parameter.TEXT))
                .hasMessage("no file matches '" + folder + "/*.none'");
        assertThatThrownBy(() -> inputs.addLines(folder + "/none")).hasMessageContaining("there is no such file");
    }

    @Test
    void takesAFolderAsAPathOnly() {
        inputs.add(folder.toString(), Parameter.PATH);
        assertThatThrownBy(() -> inputs.add(folder.toString(), Parameter.TEXT))
                .isInstanceOf(UsageException.class)
                .hasMessageContaining("is a folder");
    }

    @Test
    void knowsTheFilesThatItReads() throws IOException {
        Path named = Files.writeString(folder.resolve("named"), "");
        Path lines = Files.writeString(folder.resolve("lines"), "");
        Path other = Files.writeString(folder.resolve("other"), "");
        inputs.add(named.toString(), Parameter.TEXT);
        inputs.addLines(lines.toString());
        assertThat(inputs.reads(folder.resolve("./named"))).isTrue();
        assertThat(inputs.reads(lines)).isTrue();
        assertThat(inputs.reads(other)).isFalse();
        assertThat(inputs.reads(folder.resolve("none"))).isFalse();
    }

    @Test
    void refusesWhatIsNoNameOfAFile() {
        assertThatThrownBy(() -> inputs.add("a\0b", Parameter.TEXT)).isInstanceOf(UsageException.class);
        assertThatThrownBy(() -> inputs.addLines("a\0b")).isInstanceOf(UsageException.class);
        assertThatThrownBy(() -> FunctionName.parse("a\0b.java")).isInstanceOf(UsageException.class);
    }

    @Test
    void readsTheStandardInputOnce() {
        inputs.add("-", Parameter.TEXT);
        assertThatThrownBy(() -> inputs.addLines("-")).hasMessageContaining("only once");
    }
}
