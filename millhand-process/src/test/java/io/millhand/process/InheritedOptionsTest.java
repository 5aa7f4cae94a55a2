package io.millhand.process;

import static org.assertj.core.api.Assertions.assertThat;

import io.millhand.testkit.Guarantee;
import java.util.List;
import java.util.Locale;
import java.util.SimpleTimeZone;
import java.util.TimeZone;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class InheritedOptionsTest {

    private final Locale locale = Locale.getDefault();
    private final TimeZone zone = TimeZone.getDefault();

    @AfterEach
    void restore() {
        Locale.setDefault(locale);
        TimeZone.setDefault(zone);
    }

    @Test
    @Guarantee("6.10.1")
    void areWhatDecidesWhetherCodeRuns() {
        var options = List.of(
                "--add-opens=java.base/java.lang=ALL-UNNAMED",
                "--add-exports=java.base/sun.nio.ch=app",
                "--add-reads=app=java.sql",
                "--add-modules=java.sql",
                "--enable-native-access=ALL-UNNAMED",
                "--enable-preview",
                "-ea",
                "-da:com.acme...",
                "-Xss8m",
                "-Djava.library.path=/opt/acme");

        assertThat(InheritedOptions.of(options, true)).isEqualTo(options);
    }

    @Test
    @Guarantee("6.10.1")
    void areNotWhatIsTheParentsAlone() {
        var options = List.of(
                "-javaagent:agent.jar",
                "-agentlib:jdwp=transport=dt_socket,server=y",
                "-agentpath:/x.so",
                "-Xrunjdwp:server=y",
                "-Xdebug",
                "-Dcom.sun.management.jmxremote.port=9999",
                "-Xmx4g",
                "-Xms4g",
                "-XX:+UseZGC",
                "-XX:StartFlightRecording",
                "-XX:OnOutOfMemoryError=kill",
                "-XX:HeapDumpPath=/x",
                "-Xlog:gc",
                "-Xloggc:gc.log",
                "-Dcom.acme.secret=1",
                "-Djdk.module.main=app");

        assertThat(InheritedOptions.of(options, true)).isEmpty();
    }

    @Test
    void nameNoModuleOfThisJvmWhereTheChildHasAnotherPath() {
        var kept = List.of(
                "--add-opens=java.base/java.lang=ALL-UNNAMED",
                "--enable-preview",
                "--enable-native-access=ALL-UNNAMED",
                "-ea");
        var dropped = List.of(
                "--add-opens=java.base/java.lang=app",
                "--add-opens=app/acme=ALL-UNNAMED",
                "--add-modules=app",
                "--add-reads=app=java.sql",
                "--patch-module=app=x",
                "--enable-native-access=app");

        assertThat(InheritedOptions.of(kept, false)).isEqualTo(kept);
        assertThat(InheritedOptions.of(dropped, false)).isEmpty();
    }

    @Test
    void nameNoClassLoaderThatMayNotBeOnTheOtherPath() {
        var options = List.of("-Djava.system.class.loader=com.acme.Loader");

        assertThat(InheritedOptions.of(options, true)).isEqualTo(options);
        assertThat(InheritedOptions.of(options, false)).isEmpty();
    }

    @Test
    @Guarantee("6.10.2")
    void carryTheLocaleWithAllItsPartsAndTheTimeZone() {
        Locale.setDefault(Locale.forLanguageTag("de-Latn-CH-u-ca-gregory"));
        Locale.setDefault(Locale.Category.FORMAT, Locale.ROOT);
        TimeZone.setDefault(TimeZone.getTimeZone("Asia/Kathmandu"));

        assertThat(InheritedOptions.settings(List.of()))
                .contains(
                        "-Duser.language=de",
                        "-Duser.script=Latn",
                        "-Duser.country=CH",
                        "-Duser.extensions=u-ca-gregory",
                        "-Duser.language.format=",
                        "-Duser.country.format=",
                        "-Duser.timezone=Asia/Kathmandu");
    }

    @Test
    void carryNoTimeZoneThatHasNoName() {
        TimeZone.setDefault(new SimpleTimeZone(1234, "made up"));

        assertThat(InheritedOptions.settings(List.of())).noneMatch(option -> option.startsWith("-Duser.timezone"));
    }

    @Test
    @Guarantee("6.10.2")
    void carryTheListedPropertiesThatAreSet() {
        System.setProperty("millhand.test.listed", "a b");
        try {
            assertThat(InheritedOptions.settings(List.of("millhand.test.listed", "millhand.test.missing")))
                    .contains("-Dmillhand.test.listed=a b")
                    .noneMatch(option -> option.contains("missing"));
        } finally {
            System.clearProperty("millhand.test.listed");
        }
    }
}
