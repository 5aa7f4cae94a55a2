package io.millhand.stress;

/// What passes between a task of the plan and who has submitted it, besides what comes of it.
enum Way {
    ANSWERS,
    STREAMS,
    READS;

    static Way of(int number) {
        return switch (number % 4) {
            case 1 -> READS;
            case 3 -> STREAMS;
            default -> ANSWERS;
        };
    }
}
