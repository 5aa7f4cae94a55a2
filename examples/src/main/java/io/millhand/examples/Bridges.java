package io.millhand.examples;

import com.sun.net.httpserver.HttpServer;
import io.millhand.ItemReader;
import io.millhand.OrderedFeed;
import io.millhand.OrderedOutput;
import io.millhand.PublishedOutputStream;
import io.millhand.Source;
import io.millhand.TaskHandle;
import io.millhand.TaskQueue;
import io.millhand.VirtualThreadWorkers;
import java.io.BufferedReader;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.concurrent.SubmissionPublisher;
import java.util.stream.IntStream;

/// From code that blocks to publishers and back. What `docs/bridges.md` shows is cut from here.
///
/// Expected: the sum of what a publisher tells; the lines of a report, read while a task writes it; how many bytes
/// an HTTP server got of one that was never held as a whole; the lengths of chunks; rows that were rendered in any
/// order, in order; and parts that three tasks wrote at the same time, one after another.
public final class Bridges {

    private static final int ROWS = 5;

    private Bridges() {}

    /// Runs them all.
    ///
    /// @param args none
    public static void main(String[] args) throws Exception {
        try (var queue = TaskQueue.on(VirtualThreadWorkers.of(10))) {
            items();
            report(queue);
            upload(queue);
            chunks(queue);
            rows(queue);
            parts(queue);
        }
    }

    private static void items() {
        var publisher = new SubmissionPublisher<Integer>();
        long sum = 0;
        // snippet:items
        try (var reader = ItemReader.of(publisher)) { // subscribes, and wants a window of items
            Thread.ofVirtual().start(() -> publish(publisher));
            for (int item : reader) {
                sum += item;
            }
        } // cancels, if that was not the end
        // end:items
        System.out.println(sum);
    }

    private static void publish(SubmissionPublisher<Integer> publisher) {
        try (publisher) {
            IntStream.rangeClosed(1, 1_000).forEach(publisher::submit);
        }
    }

    private static void report(TaskQueue queue) throws IOException {
        // snippet:pipe
        var out = PublishedOutputStream.of(8 * 1024, 16); // 16 chunks of 8 KiB may wait
        var writing = queue.submit(() -> out.run(stream -> writeReport(stream, 3)));
        try (var lines =
                new BufferedReader(new InputStreamReader(ItemReader.inputStream(out), StandardCharsets.UTF_8))) {
            lines.lines().forEach(System.out::println);
        }
        System.out.println(writing.join() + " bytes"); // or what it has thrown, as the reader was told, too
        // end:pipe
    }

    private static void writeReport(OutputStream stream, int lines) throws IOException {
        var report = new PrintStream(stream, false, StandardCharsets.UTF_8);
        for (int i = 0; i < lines; i++) {
            report.println("line " + i);
        }
        if (report.checkError()) { // flushes
            throw new IOException("the report was not written to its end");
        }
    }

    private static void upload(TaskQueue queue) throws IOException, InterruptedException {
        var server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", exchange -> {
            long received = exchange.getRequestBody().transferTo(OutputStream.nullOutputStream());
            var answer = (received + " bytes").getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(200, answer.length);
            try (var body = exchange.getResponseBody()) {
                body.write(answer);
            }
        });
        server.start();
        var uri = URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/");
        try (var client = HttpClient.newHttpClient()) {
            // snippet:upload
            var out = PublishedOutputStream.of(8 * 1024, 16);
            var writing = queue.submit(() -> out.run(stream -> writeReport(stream, 100_000)));
            var request = HttpRequest.newBuilder(uri)
                    .POST(BodyPublishers.fromPublisher(out))
                    .build();
            System.out.println(client.send(request, BodyHandlers.ofString()).body() + " of " + writing.join());
            // end:upload
        } finally {
            server.stop(0);
        }
    }

    private static void chunks(TaskQueue queue) {
        // snippet:map
        var out = PublishedOutputStream.of(8, 4);
        var writing = queue.submit(() -> out.run(stream -> writeReport(stream, 3)));
        try (var lengths = queue.map(Source.of(out), chunk -> chunk.remaining())) {
            lengths.forEach(System.out::println);
        }
        System.out.println(writing.join() + " bytes");
        // end:map
    }

    private static void rows(TaskQueue queue) {
        // snippet:rows
        OrderedFeed<String> rows = OrderedFeed.of(64); // who is 64 ahead of the reader waits
        rows.endAfter(ROWS);
        for (int i = ROWS - 1; i >= 0; i--) {
            int position = i;
            queue.execute(() -> {
                try {
                    rows.put(position, "row " + position); // at any time, in any order
                } catch (InterruptedException e) {
                    rows.fail(e);
                }
            });
        }
        try (var reader = ItemReader.of(rows, 1)) {
            reader.forEach(System.out::println);
        }
        // end:rows
    }

    private static void parts(TaskQueue queue) throws IOException {
        var target = new ByteArrayOutputStream();
        // snippet:parts
        try (var output = OrderedOutput.to(target, 1 << 20)) { // keeps up to 1 MiB of parts that are not next
            var parts = new ArrayList<TaskHandle<?>>();
            for (int i = 0; i < 3; i++) {
                int position = i;
                parts.add(queue.submit(() -> writePart(output, position)));
            }
            parts.forEach(TaskHandle::join);
        }
        // end:parts
        System.out.print(target.toString(StandardCharsets.UTF_8));
    }

    private static void writePart(OrderedOutput output, int position) {
        try (var segment = output.segment(position)) {
            writeReport(segment, position + 1);
        } catch (IOException e) {
            output.fail(e); // the others would wait for it
        }
    }
}
