package io.millhand;

import io.millhand.spi.Backend;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// What tasks name as their resource and has a limit: its permits, and the flows whose head waits for one. Touched
/// under
/// the dispatcher's lock only.
///
/// Whoever makes a permit available, or leaves one unused, lets the next flow of each lane try. One that tries in vain
/// waits again; so trying too often costs time only.
final class Resource {

    /// A time at which the next ones try.
    static final class Alarm {
        private final Resource resource;
        private final long at;
        private Backend.@Nullable Timer timer;

        private Alarm(Resource resource, long at) {
            this.resource = resource;
            this.at = at;
        }

        Resource resource() {
            return resource;
        }

        long at() {
            return at;
        }

        /// Remembers what rings it, or calls it off where it has rung or an earlier one is set.
        void timer(Backend.Timer timer) {
            if (resource.alarm == this) {
                this.timer = timer;
            } else {
                timer.cancel();
            }
        }

        /// Answers false where it does not count any more.
        boolean over() {
            boolean counts = resource.alarm == this;
            if (counts) {
                resource.alarm = null;
            }
            return counts;
        }
    }

    private Permits permits;
    private final Map<Lane, TreeSet<Flow>> waiting = new HashMap<>();
    private @Nullable Alarm alarm;

    Resource(Limit limit, long now) {
        permits = Permits.of(limit, now);
    }

    void limit(Limit limit, long now) {
        permits = permits.replacedBy(limit, now);
    }

    Permits permits() {
        return permits;
    }

    /// Lets a flow wait that tried in vain.
    ///
    /// @param wait what its try was answered
    /// @return the alarm to set, or null where none is needed or an earlier one is set
    @Nullable
    Alarm await(Flow flow, Lane lane, long wait, long now) {
        waiting.computeIfAbsent(lane, _ -> new TreeSet<>(Flow.NEXT)).add(flow);
        if (wait == Permits.ON_RELEASE || (alarm != null && alarm.at - now <= wait)) {
            return null;
        }
        clear();
        alarm = new Alarm(this, now + wait);
        return alarm;
    }

    void leave(Flow flow, Lane lane) {
        var ofLane = waiting.get(lane);
        if (ofLane != null && ofLane.remove(flow) && ofLane.isEmpty()) {
            waiting.remove(lane);
        }
    }

    /// Those in which somebody waits.
    List<Lane> lanes() {
        return List.copyOf(waiting.keySet());
    }

    /// The one that tries next.
    @Nullable
    Flow next(Lane lane) {
        var ofLane = waiting.get(lane);
        return ofLane == null ? null : ofLane.first();
    }

    /// Calls its alarm off.
    void clear() {
        if (alarm != null && alarm.timer != null) {
            alarm.timer.cancel();
        }
        alarm = null;
    }
}
