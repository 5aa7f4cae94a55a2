package io.millhand;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.function.BiConsumer;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// The 38 methods of [CompletionStage], each handed to a view that is made when the first of them is called, so that a
/// handle without stages pays nothing for being a stage.
interface DelegatingStage<T extends @Nullable Object> extends CompletionStage<T> {

    CompletableFuture<T> view();

    @Override
    default CompletableFuture<T> toCompletableFuture() {
        return view();
    }

    @Override
    default <U extends @Nullable Object> CompletionStage<U> thenApply(Function<? super T, ? extends U> fn) {
        return view().thenApply(fn);
    }

    @Override
    default <U extends @Nullable Object> CompletionStage<U> thenApplyAsync(Function<? super T, ? extends U> fn) {
        return view().thenApplyAsync(fn);
    }

    @Override
    default <U extends @Nullable Object> CompletionStage<U> thenApplyAsync(
            Function<? super T, ? extends U> fn, Executor executor) {
        return view().thenApplyAsync(fn, executor);
    }

    @Override
    default CompletionStage<Void> thenAccept(Consumer<? super T> action) {
        return view().thenAccept(action);
    }

    @Override
    default CompletionStage<Void> thenAcceptAsync(Consumer<? super T> action) {
        return view().thenAcceptAsync(action);
    }

    @Override
    default CompletionStage<Void> thenAcceptAsync(Consumer<? super T> action, Executor executor) {
        return view().thenAcceptAsync(action, executor);
    }

    @Override
    default CompletionStage<Void> thenRun(Runnable action) {
        return view().thenRun(action);
    }

    @Override
    default CompletionStage<Void> thenRunAsync(Runnable action) {
        return view().thenRunAsync(action);
    }

    @Override
    default CompletionStage<Void> thenRunAsync(Runnable action, Executor executor) {
        return view().thenRunAsync(action, executor);
    }

    @Override
    default <U extends @Nullable Object, V extends @Nullable Object> CompletionStage<V> thenCombine(
            CompletionStage<? extends U> other, BiFunction<? super T, ? super U, ? extends V> fn) {
        return view().thenCombine(other, fn);
    }

    @Override
    default <U extends @Nullable Object, V extends @Nullable Object> CompletionStage<V> thenCombineAsync(
            CompletionStage<? extends U> other, BiFunction<? super T, ? super U, ? extends V> fn) {
        return view().thenCombineAsync(other, fn);
    }

    @Override
    default <U extends @Nullable Object, V extends @Nullable Object> CompletionStage<V> thenCombineAsync(
            CompletionStage<? extends U> other, BiFunction<? super T, ? super U, ? extends V> fn, Executor executor) {
        return view().thenCombineAsync(other, fn, executor);
    }

    @Override
    default <U extends @Nullable Object> CompletionStage<Void> thenAcceptBoth(
            CompletionStage<? extends U> other, BiConsumer<? super T, ? super U> action) {
        return view().thenAcceptBoth(other, action);
    }

    @Override
    default <U extends @Nullable Object> CompletionStage<Void> thenAcceptBothAsync(
            CompletionStage<? extends U> other, BiConsumer<? super T, ? super U> action) {
        return view().thenAcceptBothAsync(other, action);
    }

    @Override
    default <U extends @Nullable Object> CompletionStage<Void> thenAcceptBothAsync(
            CompletionStage<? extends U> other, BiConsumer<? super T, ? super U> action, Executor executor) {
        return view().thenAcceptBothAsync(other, action, executor);
    }

    @Override
    default CompletionStage<Void> runAfterBoth(CompletionStage<?> other, Runnable action) {
        return view().runAfterBoth(other, action);
    }

    @Override
    default CompletionStage<Void> runAfterBothAsync(CompletionStage<?> other, Runnable action) {
        return view().runAfterBothAsync(other, action);
    }

    @Override
    default CompletionStage<Void> runAfterBothAsync(CompletionStage<?> other, Runnable action, Executor executor) {
        return view().runAfterBothAsync(other, action, executor);
    }

    @Override
    default <U extends @Nullable Object> CompletionStage<U> applyToEither(
            CompletionStage<? extends T> other, Function<? super T, U> fn) {
        return view().applyToEither(other, fn);
    }

    @Override
    default <U extends @Nullable Object> CompletionStage<U> applyToEitherAsync(
            CompletionStage<? extends T> other, Function<? super T, U> fn) {
        return view().applyToEitherAsync(other, fn);
    }

    @Override
    default <U extends @Nullable Object> CompletionStage<U> applyToEitherAsync(
            CompletionStage<? extends T> other, Function<? super T, U> fn, Executor executor) {
        return view().applyToEitherAsync(other, fn, executor);
    }

    @Override
    default CompletionStage<Void> acceptEither(CompletionStage<? extends T> other, Consumer<? super T> action) {
        return view().acceptEither(other, action);
    }

    @Override
    default CompletionStage<Void> acceptEitherAsync(CompletionStage<? extends T> other, Consumer<? super T> action) {
        return view().acceptEitherAsync(other, action);
    }

    @Override
    default CompletionStage<Void> acceptEitherAsync(
            CompletionStage<? extends T> other, Consumer<? super T> action, Executor executor) {
        return view().acceptEitherAsync(other, action, executor);
    }

    @Override
    default CompletionStage<Void> runAfterEither(CompletionStage<?> other, Runnable action) {
        return view().runAfterEither(other, action);
    }

    @Override
    default CompletionStage<Void> runAfterEitherAsync(CompletionStage<?> other, Runnable action) {
        return view().runAfterEitherAsync(other, action);
    }

    @Override
    default CompletionStage<Void> runAfterEitherAsync(CompletionStage<?> other, Runnable action, Executor executor) {
        return view().runAfterEitherAsync(other, action, executor);
    }

    @Override
    default <U extends @Nullable Object> CompletionStage<U> thenCompose(
            Function<? super T, ? extends CompletionStage<U>> fn) {
        return view().thenCompose(fn);
    }

    @Override
    default <U extends @Nullable Object> CompletionStage<U> thenComposeAsync(
            Function<? super T, ? extends CompletionStage<U>> fn) {
        return view().thenComposeAsync(fn);
    }

    @Override
    default <U extends @Nullable Object> CompletionStage<U> thenComposeAsync(
            Function<? super T, ? extends CompletionStage<U>> fn, Executor executor) {
        return view().thenComposeAsync(fn, executor);
    }

    @Override
    default <U extends @Nullable Object> CompletionStage<U> handle(BiFunction<? super T, Throwable, ? extends U> fn) {
        return view().handle(fn);
    }

    @Override
    default <U extends @Nullable Object> CompletionStage<U> handleAsync(
            BiFunction<? super T, Throwable, ? extends U> fn) {
        return view().handleAsync(fn);
    }

    @Override
    default <U extends @Nullable Object> CompletionStage<U> handleAsync(
            BiFunction<? super T, Throwable, ? extends U> fn, Executor executor) {
        return view().handleAsync(fn, executor);
    }

    @Override
    default CompletionStage<T> whenComplete(BiConsumer<? super T, ? super Throwable> action) {
        return view().whenComplete(action);
    }

    @Override
    default CompletionStage<T> whenCompleteAsync(BiConsumer<? super T, ? super Throwable> action) {
        return view().whenCompleteAsync(action);
    }

    @Override
    default CompletionStage<T> whenCompleteAsync(BiConsumer<? super T, ? super Throwable> action, Executor executor) {
        return view().whenCompleteAsync(action, executor);
    }

    @Override
    default CompletionStage<T> exceptionally(Function<Throwable, ? extends T> fn) {
        return view().exceptionally(fn);
    }

    @Override
    default CompletionStage<T> exceptionallyAsync(Function<Throwable, ? extends T> fn) {
        return view().exceptionallyAsync(fn);
    }

    @Override
    default CompletionStage<T> exceptionallyAsync(Function<Throwable, ? extends T> fn, Executor executor) {
        return view().exceptionallyAsync(fn, executor);
    }

    @Override
    default CompletionStage<T> exceptionallyCompose(Function<Throwable, ? extends CompletionStage<T>> fn) {
        return view().exceptionallyCompose(fn);
    }

    @Override
    default CompletionStage<T> exceptionallyComposeAsync(Function<Throwable, ? extends CompletionStage<T>> fn) {
        return view().exceptionallyComposeAsync(fn);
    }

    @Override
    default CompletionStage<T> exceptionallyComposeAsync(
            Function<Throwable, ? extends CompletionStage<T>> fn, Executor executor) {
        return view().exceptionallyComposeAsync(fn, executor);
    }
}
