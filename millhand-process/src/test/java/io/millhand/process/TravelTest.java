package io.millhand.process;

import static org.assertj.core.api.Assertions.assertThat;

import io.millhand.SerializableCallable;
import io.millhand.Task;
import io.millhand.testkit.Guarantee;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class TravelTest {

    @SuppressWarnings("ArrayRecordComponent") // never compared
    private record Page(String title, byte[] pixels) implements Serializable {}

    private record Book(String name, ArrayList<Page> pages) implements Serializable {}

    private record Node(Serializable next) implements Serializable {}

    private static Book book(int pages) {
        var list = new ArrayList<Page>();
        for (int i = 0; i < pages; i++) {
            list.add(new Page("page " + i, new byte[10_000]));
        }
        return new Book("a book", list);
    }

    @Test
    @Guarantee("5.7.4")
    void weighsEachPathTheHeaviestFirst() {
        var book = book(5);
        int first = 3;
        // snippet:check
        TravelReport report = Travel.check(() -> render(book, first));

        assertThat(report.travels()).as("%s", report).isTrue();
        assertThat(report.bytes()).isLessThan(60_000);
        // end:check

        assertThat(report.parts())
                .extracting(TravelReport.Part::path)
                .startsWith(
                        "captured value 1",
                        "captured value 1 -> field 'pages'",
                        "captured value 1 -> field 'pages' -> elements",
                        "captured value 1 -> field 'pages' -> elements -> field 'pixels'")
                .contains("captured value 2", "captured value 1 -> field 'pages' -> elements -> field 'title'");
        var pixels = part(report, "captured value 1 -> field 'pages' -> elements -> field 'pixels'");
        assertThat(pixels.count()).isEqualTo(5);
        assertThat(pixels.bytes()).isBetween(50_000L, 50_100L);
        assertThat(pixels.type()).isEqualTo("byte[]");
        assertThat(part(report, "captured value 1").type()).isEqualTo(Book.class.getName());
        assertThat(part(report, "captured value 1").bytes()).isLessThan(report.bytes());
        assertThat(report.parts()).isSortedAccordingTo((a, b) -> Long.compare(b.bytes(), a.bytes()));
    }

    @Test
    @Guarantee("5.7.4")
    void saysInTheReportWhyItCannotTravel() {
        var report = Travel.check(() -> hashCode());

        assertThat(report.travels()).isFalse();
        assertThat(report.obstacle().orElseThrow())
                .contains("captured 'this', which the lambda in method 'saysInTheReportWhyItCannotTravel' uses"
                        + " (io.millhand.process.TravelTest)");
        assertThat(report.bytes()).isZero();
        assertThat(report.parts()).isEmpty();
        assertThat(report).hasToString("cannot travel: " + report.obstacle().orElseThrow());
    }

    @Test
    void sumsUpToTheTotal() {
        var report =
                Travel.check(new ArrayList<>(IntStream.range(0, 1_000).boxed().toList()));

        var elements = part(report, "elements");
        assertThat(elements.count()).isEqualTo(1_000);
        assertThat(elements.type()).isEqualTo("java.lang.Integer");
        assertThat(report.bytes() - elements.bytes()).isBetween(40L, 100L);
    }

    @Test
    void looksThroughClassesThatReflectionMayNotOpen() {
        var report = Travel.check(new AtomicReference<>(Collections.unmodifiableList(book(3).pages())));

        assertThat(part(report, "field 'value' -> field 'c' -> elements -> field 'pixels'")
                        .count())
                .isEqualTo(3);
    }

    @Test
    void countsWhatIsHeldTwiceOnce() {
        var shared = new byte[10_000];
        SerializableCallable<Integer> inner = () -> shared.length;
        var report = Travel.check(() -> shared.length + inner.call());

        assertThat(report.bytes()).isLessThan(13_000);
        assertThat(part(report, "captured value 1").bytes()).isGreaterThan(10_000);
        assertThat(part(report, "captured value 2").bytes()).isLessThan(1_000);
        assertThat(part(report, "captured value 2").type()).isEqualTo("a lambda of " + TravelTest.class.getName());
    }

    @Test
    void checksTasks() {
        int captured = 1;

        assertThat(Travel.check(Task.of(() -> captured)).travels()).isTrue();
        assertThat(Travel.check(Task.of(() -> hashCode())).obstacle().orElseThrow())
                .startsWith("a task of io.millhand.process.TravelTest cannot travel to another JVM");
    }

    @Test
    void endsOnCyclesAndOnLongChains() {
        var ring = new ArrayList<Object>();
        ring.add(ring);
        Serializable chain = "end";
        for (int i = 0; i < 500; i++) {
            chain = new Node(chain);
        }

        assertThat(Travel.check(ring).travels()).isTrue();
        var report = Travel.check(chain);
        assertThat(report.travels()).as("%s", report).isTrue();
        assertThat(report.parts()).hasSize(12).allMatch(part -> part.bytes() > 2_900);
    }

    @Test
    void isReadable() {
        var lines = Travel.check(book(2)).toString().lines().toList();

        assertThat(lines.getFirst()).matches("travels with 2\\d,\\d{3} bytes");
        assertThat(lines.get(1)).matches(" +20,\\d{3}  field 'pages' \\(java.util.ArrayList\\)");
        assertThat(lines)
                .anyMatch(line -> line.matches(" +20,\\d{3}  field 'pages' -> elements"
                        + " \\(2 of io.millhand.process.TravelTest\\$Page\\)"));
    }

    @Test
    void isReadableWhereThereIsMuch() {
        Object[] various = {1, "two", List.of(3)};
        var report = Travel.check(new Node(various));

        assertThat(part(report, "field 'next'").type()).isEqualTo("java.lang.Object[]");
        assertThat(part(report, "field 'next' -> elements").type()).isEqualTo("various");
        var many = IntStream.range(0, 30)
                .mapToObj(i -> new TravelReport.Part("field '" + i + "'", "int", 1, 100 - i))
                .toList();
        assertThat(new TravelReport(report.obstacle(), 3_000, many).toString().lines())
                .hasSize(22)
                .last()
                .asString()
                .endsWith("...  10 lighter ones");
    }

    private static TravelReport.Part part(TravelReport report, String path) {
        return report.parts().stream()
                .filter(part -> part.path().equals(path))
                .findFirst()
                .orElseThrow(() -> new AssertionError("no " + path + " in " + report));
    }

    private static String render(Book book, int first) {
        return book.pages().get(first).title();
    }
}
