package io.millhand.cli;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;

/// Where a walk over a value stands, to find cycles and to name the place in messages: `$.orders[3].customer`.
final class JsonPath {

    private final int maxDepth;
    private final Deque<Step> open = new ArrayDeque<>();

    JsonPath(int maxDepth) {
        this.maxDepth = maxDepth;
    }

    @SuppressWarnings("ReferenceEquality") // a value may equal one that it holds
    void enter(Object value) {
        for (var step : open) {
            if (step.value == value) {
                throw new IllegalArgumentException("the result cannot become JSON: it holds itself at " + this);
            }
        }
        if (open.size() == maxDepth) {
            throw new IllegalArgumentException("the result cannot become JSON: it is nested more than " + maxDepth
                    + " levels deep, at " + shortened(toString()));
        }
        open.addLast(new Step(value));
    }

    void leave() {
        open.removeLast();
    }

    void at(String member) {
        open.getLast().member = member;
    }

    void at(int index) {
        open.getLast().index = index;
    }

    @Override
    public String toString() {
        var text = new StringBuilder("$");
        for (Iterator<Step> steps = open.iterator(); steps.hasNext(); ) {
            var step = steps.next();
            if (step.index >= 0) {
                text.append('[').append(step.index).append(']');
            } else {
                text.append(step.member);
            }
        }
        return text.toString();
    }

    private static String shortened(String text) {
        return text.length() <= 80 ? text : text.substring(0, 80) + "...";
    }

    private static final class Step {
        private final Object value;
        private String member = "";
        private int index = -1;

        private Step(Object value) {
            this.value = value;
        }
    }
}
