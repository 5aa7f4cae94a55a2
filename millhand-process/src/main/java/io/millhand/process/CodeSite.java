package io.millhand.process;

import java.io.ByteArrayInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.InvalidObjectException;
import java.lang.invoke.SerializedLambda;
import java.lang.reflect.InaccessibleObjectException;
import java.lang.reflect.Method;
import org.jspecify.annotations.Nullable;

/// A [LambdaSite] as another JVM knows it: makes lambdas of captured values, just as reading a serialized lambda does.
///
/// ```
/// SITE, its number in place of the task; also in tasks that go without it
///   capturing class, functional interface, its method, signature of that (texts), kind of the implementation (int),
///   class of the implementation, its method, signature of that, type of the method as used (texts)
/// ```
final class CodeSite {

    /*
     * The texts are immutable. `linked` is what was found last, for one class loader; any thread replaces it.
     */

    private static final String DESERIALIZE = "$deserializeLambda$";

    /// The code in the eyes of one class loader.
    ///
    /// @param capturing the class that the code stands in
    /// @param maker of its lambdas; null where it cannot be called from here
    private record Linked(
            ClassLoader loader,
            Class<?> capturing,
            @Nullable Method maker) {}

    private final String capturing;
    private final String type;
    private final String method;
    private final String signature;
    private final int kind;
    private final String codeClass;
    private final String codeMethod;
    private final String codeSignature;
    private final String usedType;

    private volatile @Nullable Linked linked;

    private CodeSite(DataInputStream in) throws IOException {
        capturing = Wire.readText(in);
        type = Wire.readText(in);
        method = Wire.readText(in);
        signature = Wire.readText(in);
        kind = Wire.readInt(in, "the kind of a method");
        codeClass = Wire.readText(in);
        codeMethod = Wire.readText(in);
        codeSignature = Wire.readText(in);
        usedType = Wire.readText(in);
    }

    /// @param name the binary name of the capturing class
    static byte[] definitionOf(String name, SerializedLambda parts) {
        return Wire.write(out -> {
            Wire.writeText(out, name);
            Wire.writeText(out, parts.getFunctionalInterfaceClass());
            Wire.writeText(out, parts.getFunctionalInterfaceMethodName());
            Wire.writeText(out, parts.getFunctionalInterfaceMethodSignature());
            out.writeInt(parts.getImplMethodKind());
            Wire.writeText(out, parts.getImplClass());
            Wire.writeText(out, parts.getImplMethodName());
            Wire.writeText(out, parts.getImplMethodSignature());
            Wire.writeText(out, parts.getInstantiatedMethodType());
        });
    }

    /// Reads what [#definitionOf] has written.
    static CodeSite read(byte[] definition) throws IOException {
        return new CodeSite(new DataInputStream(new ByteArrayInputStream(definition)));
    }

    /// Makes a lambda. May run the initializer of the user's class.
    ///
    /// @param captures what it captured
    /// @param scope where its classes are, and who makes it where this JVM has to ask a filter first
    Object lambdaOf(@Nullable Object[] captures, TaskScope scope) throws IOException, ClassNotFoundException {
        var code = link(scope.loader());
        var parts = new SerializedLambda(
                code.capturing,
                type,
                method,
                signature,
                kind,
                codeClass,
                codeMethod,
                codeSignature,
                usedType,
                captures);
        var maker = code.maker;
        if (maker == null || JvmFilter.isPresent()) {
            return scope.reread(parts);
        }
        try {
            return maker.invoke(null, parts);
        } catch (ReflectiveOperationException e) {
            throw new InvalidObjectException("ReflectiveOperationException during deserialization", e);
        }
    }

    @SuppressWarnings("ReferenceEquality") // loaders are the user's code: they are not asked for equality
    private Linked link(ClassLoader loader) throws ClassNotFoundException {
        var known = linked;
        if (known == null || known.loader != loader) {
            var found = Codec.classNamed(capturing, loader);
            known = new Linked(loader, found, makerIn(found));
            linked = known;
        }
        return known;
    }

    private static @Nullable Method makerIn(Class<?> capturing) {
        try {
            var maker = capturing.getDeclaredMethod(DESERIALIZE, SerializedLambda.class);
            maker.setAccessible(true);
            return maker;
        } catch (NoSuchMethodException | InaccessibleObjectException | LinkageError _) {
            return null; // reading it the usual way tells what is wrong
        }
    }
}
