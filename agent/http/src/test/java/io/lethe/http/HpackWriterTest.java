package io.lethe.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lethe.weave.Sites;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

final class HpackWriterTest {

    private static final Field METHOD = new Field(":method", "GET");
    private static final Field PATH = new Field(":path", "/");
    private static final Field ARMED = new Field("x-api-key", "~!!!!!!!");
    private static final Field LAST = new Field("accept", "~");

    private final Http http = new Http(
            new Sites(),
            () -> {
                throw new IllegalStateException("nothing is asked");
            },
            new NothingWoven());
    private final Members members = new Members(new NothingWoven());
    private final Writer writer = new Writer();

    @Test
    void fieldThatWaits_isWrittenBehindTheOthers_once() throws Throwable {
        HpackWriter scope = new HpackWriter(http, members, null);
        http.neverIndexed().add("~!!!!!!!");

        assertThat(write(scope, PATH, ARMED, LAST)).containsExactly(PATH, LAST);
        assertThat(writer.out.toByteArray()).isEqualTo(Before.neverIndexedField("x-api-key", "~!!!!!!!"));

        writer.out.reset();
        assertThat(write(scope, PATH, ARMED)).containsExactly(PATH, ARMED);
        assertThat(writer.out.size()).isZero();
    }

    @Test
    void pathThatWaits_standsBehindTheRequestLinesOtherFields_beforeTheRest_once() throws Throwable {
        String path = "/?key=~!!!!!!!";
        HpackWriter scope = new HpackWriter(http, members, null) {
            @Override
            String path() {
                return path;
            }
        };
        http.neverIndexed().add(path);

        assertThat(write(scope, METHOD, PATH, LAST)).containsExactly(LAST);
        assertThat(writer.written).containsExactly(METHOD);
        assertThat(writer.out.toByteArray()).isEqualTo(Before.neverIndexedField(":path", path));

        writer.out.reset();
        assertThat(write(scope, METHOD, PATH, LAST)).containsExactly(METHOD, PATH, LAST);
        assertThat(writer.out.size()).isZero();
    }

    @Test
    void failedList_leavesNothingToWriteForTheNext() throws Throwable {
        HpackWriter scope = new HpackWriter(http, members, null);
        http.neverIndexed().add("~!!!!!!!");
        scope.enter(new Object[] {writer, Arrays.asList(PATH, ARMED)});
        scope.failed(new IOException("full"));

        write(scope, PATH);
        assertThat(writer.out.size()).isZero();
    }

    @Test
    void referenceThatNobodyArmed_isRefused_whereTheClassThatArmsIsUnknown() {
        HpackWriter scope = new HpackWriter(http, members, "io.grpc.Other");

        assertThatThrownBy(() -> write(scope, PATH, new Field("authorization", "Bearer lethe:x")))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("io.grpc.Other")
                .hasMessageContaining("refused");
    }

    @Test
    void listWithoutReferences_goesOn_whereTheClassThatArmsIsUnknown() throws Throwable {
        HpackWriter scope = new HpackWriter(http, members, "io.grpc.Other");
        scope.nothingIsArmed();

        assertThat(write(scope, PATH, LAST)).containsExactly(PATH, LAST);
    }

    private List<Object> write(HpackWriter scope, Field... fields) throws Throwable {
        @Nullable Object[] given = scope.enter(new Object[] {writer, Arrays.asList(fields)});
        scope.returned();
        return given[1] instanceof List ? new ArrayList<>((List<?>) given[1]) : Collections.emptyList();
    }

    /** Has the shape of OkHttp's, as far as it is read. */
    @SuppressWarnings("unused")
    private static final class Writer {
        private final ByteArrayOutputStream out = new ByteArrayOutputStream() {
            @Override
            public void write(byte[] bytes) {
                write(bytes, 0, bytes.length);
            }
        };
        private final List<Object> written = new ArrayList<>();

        public void writeHeaders(List<?> fields) {
            written.addAll(fields);
        }
    }

    @SuppressWarnings("unused")
    private static final class Field {
        public final Text name;
        public final Text value;

        Field(String name, String value) {
            this.name = new Text(name);
            this.value = new Text(value);
        }
    }

    @SuppressWarnings("unused")
    private static final class Text {
        private final String text;

        Text(String text) {
            this.text = text;
        }

        public String utf8() {
            return text;
        }
    }
}
