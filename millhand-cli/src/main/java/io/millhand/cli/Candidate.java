package io.millhand.cli;

import java.lang.classfile.Attributes;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassModel;
import java.lang.classfile.MethodModel;
import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDescs;
import java.lang.constant.MethodTypeDesc;
import java.lang.reflect.AccessFlag;
import java.util.List;
import java.util.Optional;

/// A public static method with one parameter, read from a class file; the class is never loaded here.
record Candidate(String owner, String name, MethodTypeDesc type) {

    static List<Candidate> in(byte[] classFile) {
        ClassModel model = ClassFile.of().parse(classFile);
        String owner = model.thisClass().asInternalName().replace('/', '.');
        boolean isEnum = model.flags().has(AccessFlag.ENUM);
        return model.methods().stream()
                .filter(Candidate::fits)
                .map(method -> new Candidate(owner, method.methodName().stringValue(), method.methodTypeSymbol()))
                .filter(candidate -> !(isEnum && candidate.name.equals("valueOf")))
                .toList();
    }

    /// Nested classes have an attribute that names the class around them.
    static boolean isTopLevel(byte[] classFile) {
        ClassModel model = ClassFile.of().parse(classFile);
        return model.findAttribute(Attributes.nestHost()).isEmpty();
    }

    /// What the method takes, where it is something that the command can give.
    Optional<Parameter> parameter() {
        return Parameter.ofDescriptor(type.parameterType(0).descriptorString());
    }

    /// This method as a child is told of it.
    FunctionRef on(ClassPath classPath, boolean json) {
        return new FunctionRef(classPath.joined(), owner, name, parameter().orElseThrow(), json);
    }

    boolean answersNothing() {
        return type.returnType().equals(ConstantDescs.CD_void);
    }

    @Override
    public String toString() {
        return display(type.returnType()) + ' ' + owner + '.' + name + '(' + display(type.parameterType(0)) + ')';
    }

    private static boolean fits(MethodModel method) {
        return method.flags().has(AccessFlag.PUBLIC)
                && method.flags().has(AccessFlag.STATIC)
                && !method.flags().has(AccessFlag.SYNTHETIC)
                && method.methodTypeSymbol().parameterCount() == 1;
    }

    private static String display(ClassDesc type) {
        return type.displayName();
    }
}
