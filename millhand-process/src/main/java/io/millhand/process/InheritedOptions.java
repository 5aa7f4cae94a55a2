package io.millhand.process;

import java.lang.management.ManagementFactory;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TimeZone;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/// What a child has of the options and settings of this JVM: what decides whether code runs and what it means. Not what
/// this JVM alone is about: its heap, its collector, its logs, its agents, its debugger, its management ports.
final class InheritedOptions {

    /// Names a class that a child with another path may not have: its JVM would not start.
    private static final String SYSTEM_LOADER = "-Djava.system.class.loader=";

    private static final List<String> PREFIXES = List.of(
            "--add-opens=",
            "--add-exports=",
            "--add-reads=",
            "--add-modules=",
            "--limit-modules=",
            "--patch-module=",
            "--upgrade-module-path=",
            "--enable-native-access=",
            "--illegal-native-access=",
            "--enable-final-field-mutation=",
            "--illegal-final-field-mutation=",
            "--sun-misc-unsafe-memory-access=",
            "--finalization=",
            "-Xbootclasspath/a:",
            "-Xss",
            "-ea:",
            "-da:",
            "-enableassertions:",
            "-disableassertions:",
            "-Djava.io.tmpdir=",
            "-Djava.library.path=",
            SYSTEM_LOADER,
            "-Djava.awt.headless=",
            "-Djava.net.preferIPv4Stack=",
            "-Djava.net.preferIPv6Addresses=");

    private static final Set<String> WHOLE = Set.of(
            "--enable-preview",
            "-ea",
            "-da",
            "-esa",
            "-dsa",
            "-enableassertions",
            "-disableassertions",
            "-enablesystemassertions",
            "-disablesystemassertions");

    /// What names no module that a child may not have: it would be warned of.
    private static final Pattern MODULE_FREE = Pattern.compile("-[^-].*|--enable-preview|--(illegal|sun|finalization).*"
            + "|--add-(opens|exports)=(java|jdk)\\..*=ALL-UNNAMED|--enable-native-access=ALL-UNNAMED");

    private InheritedOptions() {}

    /// @param samePath whether the child has the class path and the module path of this JVM
    static List<String> ofThisJvm(boolean samePath) {
        return of(ManagementFactory.getRuntimeMXBean().getInputArguments(), samePath);
    }

    static List<String> of(List<String> inputArguments, boolean samePath) {
        return inputArguments.stream()
                .filter(option -> WHOLE.contains(option) || PREFIXES.stream().anyMatch(option::startsWith))
                .filter(option -> samePath || isAtHomeAnywhere(option))
                .distinct()
                .toList();
    }

    private static boolean isAtHomeAnywhere(String option) {
        return MODULE_FREE.matcher(option).matches() && !option.startsWith(SYSTEM_LOADER);
    }

    /// The settings that change what code means, as they are now, whoever has set them.
    static List<String> settings(List<String> listed) {
        var settings = new ArrayList<String>();
        addLocale(settings);
        addTimeZone(settings);
        if (!Charset.defaultCharset().equals(StandardCharsets.UTF_8)) {
            settings.add("-Dfile.encoding=" + Charset.defaultCharset().name());
        }
        // The parent's pumps read UTF-8, whatever its own terminal takes.
        settings.add("-Dstdout.encoding=UTF-8");
        settings.add("-Dstderr.encoding=UTF-8");
        settings.addAll(listed(listed));
        return settings;
    }

    /// The system properties of these names that are set now, as options.
    static List<String> listed(List<String> names) {
        var options = new ArrayList<String>();
        for (String name : names) {
            String value = System.getProperty(name);
            if (value != null) {
                options.add("-D" + name + "=" + value);
            }
        }
        return options;
    }

    private static void addLocale(List<String> settings) {
        var locale = Locale.getDefault();
        addLocale(settings, locale, "");
        for (var category : Locale.Category.values()) {
            var special = Locale.getDefault(category);
            if (!special.equals(locale)) {
                addLocale(settings, special, "." + category.name().toLowerCase(Locale.ROOT));
            }
        }
    }

    /// All parts, empty ones too, since the environment would fill them.
    private static void addLocale(List<String> settings, Locale locale, String suffix) {
        settings.add("-Duser.language" + suffix + "=" + locale.getLanguage());
        settings.add("-Duser.script" + suffix + "=" + locale.getScript());
        settings.add("-Duser.country" + suffix + "=" + locale.getCountry());
        settings.add("-Duser.variant" + suffix + "=" + locale.getVariant());
        if (locale.hasExtensions()) {
            String extensions = locale.getExtensionKeys().stream()
                    .map(key -> key + "-" + locale.getExtension(key))
                    .collect(Collectors.joining("-"));
            settings.add("-Duser.extensions" + suffix + "=" + extensions);
        }
    }

    private static void addTimeZone(List<String> settings) {
        var zone = TimeZone.getDefault();
        // One that somebody has made has no name that another JVM knows.
        if (TimeZone.getTimeZone(zone.getID()).hasSameRules(zone)) {
            settings.add("-Duser.timezone=" + zone.getID());
        }
    }
}
