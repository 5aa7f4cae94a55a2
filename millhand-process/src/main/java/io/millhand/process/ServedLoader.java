package io.millhand.process;

import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.net.MalformedURLException;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URL;
import java.net.URLConnection;
import java.net.URLStreamHandler;
import java.security.CodeSource;
import java.security.ProtectionDomain;
import java.security.cert.Certificate;
import java.util.Collections;
import java.util.Enumeration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Stands for a class loader of the parent. What this JVM's class path has comes from there; all else is asked for,
/// each class once.
final class ServedLoader extends ClassLoader {

    static {
        registerAsParallelCapable();
    }

    private final int id;
    private final ServedLoaders loaders;
    private final ProtectionDomain domain =
            new ProtectionDomain(new CodeSource(null, (Certificate[]) null), null, this, null);

    ServedLoader(int id, ServedLoaders loaders) {
        super("millhand-served-" + id, ClassLoader.getSystemClassLoader());
        this.id = id;
        this.loaders = loaders;
    }

    @Override
    protected Class<?> findClass(String name) throws ClassNotFoundException {
        var answer = loaders.ask(id, name.replace('.', '/') + ".class", false);
        if (answer.contents().isEmpty()) {
            throw new ClassNotFoundException(MissingClass.message(name, answer.where()));
        }
        byte[] bytes = answer.contents().getFirst();
        return defineClass(name, bytes, 0, bytes.length, domain);
    }

    @Override
    protected @Nullable URL findResource(String name) {
        var contents = loaders.ask(id, name, false).contents();
        return contents.isEmpty() ? null : urlOf(name, 0, contents.getFirst());
    }

    @Override
    protected Enumeration<URL> findResources(String name) {
        List<byte[]> contents = loaders.ask(id, name, true).contents();
        var urls = new URL[contents.size()];
        for (int i = 0; i < urls.length; i++) {
            urls[i] = urlOf(name, i, contents.get(i));
        }
        return Collections.enumeration(List.of(urls));
    }

    /// An address of its own for each, since they may be kept in sets. It works in this JVM only.
    private URL urlOf(String name, int index, byte[] content) {
        try {
            var uri = new URI("millhand", null, "/" + id + "/" + index + "/" + name, null);
            return URL.of(uri, new Served(content));
        } catch (URISyntaxException | MalformedURLException e) {
            throw new IllegalArgumentException("resource must have a name that fits into a URI, was " + name, e);
        }
    }

    private static final class Served extends URLStreamHandler {
        private final byte[] content;

        Served(byte[] content) {
            this.content = content;
        }

        @Override
        protected URLConnection openConnection(URL url) {
            return new URLConnection(url) {
                @Override
                public void connect() {
                    // it is here
                }

                @Override
                public InputStream getInputStream() {
                    return new ByteArrayInputStream(content);
                }

                @Override
                public long getContentLengthLong() {
                    return content.length;
                }
            };
        }
    }
}
