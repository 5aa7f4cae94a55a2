package io.millhand.examples;

/// A library as one meets them: it mostly works.
final class Renderer {

    private Renderer() {}

    static String render(int page) {
        if (page == 13) {
            long turns = 0;
            while (turns >= 0) {
                turns = (turns + 1) & Long.MAX_VALUE;
            }
        }
        if (page == 99) {
            System.err.println("renderer: out of ink");
            System.exit(3);
        }
        return "page " + page + " is rendered";
    }
}
