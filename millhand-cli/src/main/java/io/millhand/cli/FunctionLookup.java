package io.millhand.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/// Finds the one method that is meant. Only class files are read: the parent never loads the user's classes.
final class FunctionLookup {

    private static final String ALLOWED = "String, Path, int or long";

    private final ClassPath classPath;

    FunctionLookup(ClassPath classPath) {
        this.classPath = classPath;
    }

    Candidate inClass(FunctionName.InClass name) {
        byte[] found = find(name.type())
                .orElseThrow(() -> new UsageException("class " + name.type() + " was not found in "
                        + (classPath.entries().isEmpty()
                                ? "the JDK; give its folder or jar with --classpath"
                                : "--classpath " + classPath.joined())));
        try {
            return choose(Candidate.in(found), Optional.of(name.method()), "class " + name.type());
        } catch (IllegalArgumentException e) {
            throw new UsageException("class " + name.type() + " is not a valid class file: " + e.getMessage());
        }
    }

    /// Chooses among the classes that a source file was compiled to: the class named as the file goes first, then other
    /// top-level classes, nested ones not at all unless the method is named.
    static Candidate inSource(FunctionName.InSource name, List<byte[]> classFiles) {
        String file = String.valueOf(name.file().getFileName());
        String main = file.substring(0, file.length() - ".java".length());
        var first = new ArrayList<Candidate>();
        var others = new ArrayList<Candidate>();
        var nested = new ArrayList<Candidate>();
        for (byte[] classFile : classFiles) {
            for (var candidate : Candidate.in(classFile)) {
                boolean named = name.method().isEmpty() || name.method().get().equals(candidate.name());
                if (named && candidate.parameter().isPresent()) {
                    (simpleName(candidate.owner()).equals(main)
                                    ? first
                                    : Candidate.isTopLevel(classFile) ? others : nested)
                            .add(candidate);
                }
            }
        }
        for (var group : List.of(first, others, name.method().isPresent() ? nested : List.<Candidate>of())) {
            if (!group.isEmpty()) {
                return choose(group, name.method(), name.file().toString());
            }
        }
        if (!nested.isEmpty()) {
            throw new UsageException(
                    name.file() + " has functions in nested classes only; name one with ::method:" + listed(nested));
        }
        // None fits: let the message tell of those that nearly do.
        return choose(
                classFiles.stream()
                        .flatMap(bytes -> Candidate.in(bytes).stream())
                        .toList(),
                name.method(),
                name.file().toString());
    }

    /// The only candidate that fits, or a message that lists what is there.
    static Candidate choose(List<Candidate> all, Optional<String> method, String place) {
        var named = all.stream()
                .filter(candidate -> method.isEmpty() || method.get().equals(candidate.name()))
                .toList();
        var fitting = named.stream()
                .filter(candidate -> candidate.parameter().isPresent())
                .toList();
        if (fitting.size() > 1) {
            throw new UsageException(place + " has more than one function that could be meant" + advice(method, fitting)
                    + ":" + listed(fitting));
        }
        if (fitting.isEmpty() && !named.isEmpty()) {
            throw new UsageException(
                    "the parameter of a function must be " + ALLOWED + ", but " + place + " has" + listed(named));
        }
        if (fitting.isEmpty()) {
            throw new UsageException(place + " has no public static method"
                    + method.map(name -> " " + name).orElse("") + " with one parameter (" + ALLOWED + ")"
                    + (all.isEmpty() ? "" : "; it has" + listed(all)));
        }
        var chosen = fitting.getFirst();
        if (chosen.answersNothing()) {
            throw new UsageException("a function must answer something, but " + chosen + " is void");
        }
        return chosen;
    }

    private static String advice(Optional<String> method, List<Candidate> fitting) {
        long names = fitting.stream().map(Candidate::name).distinct().count();
        long owners = fitting.stream().map(Candidate::owner).distinct().count();
        if (owners == 1 && names == 1) {
            return "; overloads cannot be told apart: rename one";
        }
        return method.isEmpty() ? "; name one with ::method" : "";
    }

    /// `Outer.Inner` may be written for `Outer$Inner`.
    private Optional<byte[]> find(String type) {
        for (String name = type; ; ) {
            var found = classPath.find(name);
            int dot = name.lastIndexOf('.');
            if (found.isPresent() || dot < 0) {
                return found;
            }
            name = name.substring(0, dot) + '$' + name.substring(dot + 1);
        }
    }

    private static String simpleName(String owner) {
        return owner.substring(owner.lastIndexOf('.') + 1);
    }

    private static String listed(List<Candidate> candidates) {
        return candidates.stream().map(candidate -> "\n  " + candidate).collect(Collectors.joining());
    }
}
