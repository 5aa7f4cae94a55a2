package io.millhand;

import java.util.List;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/// Logs the ends of tasks, as far as the queue wants that.
///
/// @param level how much
/// @param callbacks where it logs what happens now: a log handler may block, and so may user code
/// @param decoders where it logs what is found unread: threads of the queue's own, since the user's executor
///     may be closed by then
record CallLog(CallLogging level, Executor callbacks, Executor decoders) {

    /// How much of a result is logged.
    static final int VALUE_CHARS = 200;

    private static final System.Logger LOG = System.getLogger("io.millhand");

    /// A task was submitted whose handle the caller has.
    void submitted(TaskHandleImpl<?> handle) {
        if (level.compareTo(CallLogging.CALLS) >= 0) {
            logEnd(handle);
        }
    }

    /// A task was given to `execute`, so that nobody has its handle.
    void executed(TaskHandleImpl<?> handle) {
        if (level == CallLogging.FAILURES) {
            handle.whenDone(() -> {
                if (!handle.hasSucceeded()) {
                    callbacks.execute(() -> logFailure("executed task ", handle));
                }
            });
        }
    }

    /// A task is about to end and not as hoped for. Called without a lock.
    void failed(TaskRun<?> run, Object content) {
        if (level == CallLogging.FAILURES) {
            try {
                run.handle().unread(Unread.watch(run.handle(), run.attempts(), content, decoders));
            } catch (RuntimeException | Error e) { // no thread can be had; the task must end all the same
                LOG.log(System.Logger.Level.WARNING, "a failure that nobody reads will not be told", e);
            }
        }
    }

    private void logEnd(TaskHandleImpl<?> handle) {
        handle.whenDone(() -> callbacks.execute(() -> {
            if (level == CallLogging.CALLS && handle.hasSucceeded()) {
                LOG.log(System.Logger.Level.INFO, () -> ended(handle, "succeeded"));
                return;
            }
            switch (handle.outcome()) {
                case Outcome.Succeeded<?>(var value) ->
                    LOG.log(System.Logger.Level.INFO, () -> ended(handle, "succeeded with " + text(value)));
                case Outcome.Cancelled<?>(var reason) ->
                    LOG.log(System.Logger.Level.INFO, () -> ended(handle, "was cancelled: " + reason));
                case Outcome.Failed<?> _, Outcome.TimedOut<?> _, Outcome.Crashed<?> _ -> logFailure("task ", handle);
            }
        }));
    }

    private static void logFailure(String what, TaskHandleImpl<?> handle) {
        var outcome = handle.outcome();
        switch (outcome) {
            case Outcome.Succeeded<?> _, Outcome.Cancelled<?> _ -> {}
            case Outcome.Failed<?> _, Outcome.TimedOut<?> _, Outcome.Crashed<?> _ -> {
                String text = failure(what, handle.id(), handle.task().name(), handle.attempts());
                LOG.log(System.Logger.Level.WARNING, text, TaskHandleImpl.exceptionOf(outcome));
            }
        }
    }

    static String failure(String what, long id, String name, List<Attempt> attempts) {
        return what + id + " (" + name + ") did not succeed; attempts: " + attempts;
    }

    private static String ended(TaskHandleImpl<?> handle, String how) {
        return "task " + handle.id() + " (" + handle.task().name() + ") " + how + "; attempts: " + handle.attempts();
    }

    /// A value's own words, cut.
    static String text(@Nullable Object value) {
        if (value == null) {
            return "null";
        }
        String text;
        try {
            text = "" + value; // also where toString answers null
        } catch (RuntimeException | Error e) {
            // Not its message: that is user code, too.
            return value.getClass().getName() + ", whose toString threw "
                    + e.getClass().getName();
        }
        return text.length() <= VALUE_CHARS
                ? text
                : text.substring(0, VALUE_CHARS) + "... (" + text.length() + " characters)";
    }
}
