package io.millhand.cli;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.reflect.Method;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/// A function that this child has loaded, ready to be called.
final class LoadedFunction {

    /// A child serves one function in practice; it is never unloaded.
    private static final Map<FunctionRef, LoadedFunction> LOADED = new ConcurrentHashMap<>();

    private final FunctionRef function;
    private final ClassLoader loader;
    private final MethodHandle handle;

    private LoadedFunction(FunctionRef function, ClassLoader loader, MethodHandle handle) {
        this.function = function;
        this.loader = loader;
        this.handle = handle;
    }

    static LoadedFunction of(FunctionRef function) {
        return LOADED.computeIfAbsent(function, LoadedFunction::load);
    }

    private static LoadedFunction load(FunctionRef function) {
        // Open as long as the child lives: classes are loaded from it at any time.
        @SuppressWarnings("resource")
        var loader = new FunctionLoader(ClassPath.ofJoined(function.classPath()));
        try {
            Class<?> owner = Class.forName(function.owner(), false, loader);
            Method method = owner.getDeclaredMethod(
                    function.method(), function.parameter().type());
            if (loader == owner.getClassLoader()) {
                method.setAccessible(true); // its class need not be public, as in the java launcher
            }
            return new LoadedFunction(function, loader, MethodHandles.lookup().unreflect(method));
        } catch (ReflectiveOperationException | LinkageError e) {
            throw FunctionFailure.of(e, LoadedFunction.class);
        }
    }

    /// Calls it and answers its result as text, or as JSON.
    ///
    /// @throws FunctionFailure whatever the function threw
    String apply(Input input) {
        var thread = Thread.currentThread();
        var before = thread.getContextClassLoader();
        thread.setContextClassLoader(loader);
        try {
            Object argument = function.parameter().convert(input);
            Object result = handle.invoke(argument);
            return function.json() ? Json.of(result) : Json.printed(result);
        } catch (ExceptionInInitializerError e) {
            throw FunctionFailure.of(e.getCause() == null ? e : e.getCause(), LoadedFunction.class);
        } catch (Throwable thrown) {
            throw FunctionFailure.of(thrown, LoadedFunction.class);
        } finally {
            thread.setContextClassLoader(before);
        }
    }
}
