package io.lethe.harness;

import com.sun.jdi.Bootstrap;
import com.sun.jdi.IncompatibleThreadStateException;
import com.sun.jdi.Method;
import com.sun.jdi.ReferenceType;
import com.sun.jdi.StackFrame;
import com.sun.jdi.ThreadReference;
import com.sun.jdi.VMDisconnectedException;
import com.sun.jdi.VirtualMachine;
import com.sun.jdi.connect.Connector;
import com.sun.jdi.connect.IllegalConnectorArgumentsException;
import com.sun.jdi.connect.ListeningConnector;
import com.sun.jdi.event.BreakpointEvent;
import com.sun.jdi.event.ClassPrepareEvent;
import com.sun.jdi.event.Event;
import com.sun.jdi.event.EventSet;
import com.sun.jdi.request.BreakpointRequest;
import com.sun.jdi.request.ClassPrepareRequest;
import com.sun.jdi.request.EventRequest;
import java.io.IOException;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

/**
 * A JVM that a debugger stops as a whole where a method of Lethe's begins: inside a window, which lasts microseconds, without
 * luck. One thread.
 */
final class Debugged implements AutoCloseable {

    private static final long SECONDS = 120;

    private final ListeningConnector connector;
    private final Map<String, Connector.Argument> arguments;
    private final String address;
    private final CompletableFuture<VirtualMachine> connected;
    private String method;
    private EventSet stopped;
    private boolean closed;

    private Debugged() throws IOException, IllegalConnectorArgumentsException {
        connector = Bootstrap.virtualMachineManager().listeningConnectors().stream()
                .filter(each -> each.name().equals("com.sun.jdi.SocketListen"))
                .findFirst()
                .orElseThrow();
        arguments = connector.defaultArguments();
        arguments.get("port").setValue("0");
        arguments.get("localAddress").setValue("127.0.0.1");
        address = connector.startListening(arguments);
        connected = CompletableFuture.supplyAsync(this::accept);
    }

    static Debugged listen() {
        try {
            return new Debugged();
        } catch (IOException | IllegalConnectorArgumentsException e) {
            throw new IllegalStateException(e);
        }
    }

    private VirtualMachine accept() {
        try {
            return connector.accept(arguments);
        } catch (IOException | IllegalConnectorArgumentsException e) {
            throw new IllegalStateException(e);
        }
    }

    /** What the JVM has to be started with; it goes on at once. */
    String flag() {
        String port = address.substring(address.lastIndexOf(':') + 1);
        return "-agentlib:jdwp=transport=dt_socket,server=n,suspend=n,address=127.0.0.1:" + port;
    }

    /** From now on the JVM stops as a whole where this method begins. No request of entries: that would interpret everything. */
    void stopAt(String className, String method) throws Exception {
        VirtualMachine vm = connected.get(SECONDS, TimeUnit.SECONDS);
        this.method = method;
        ClassPrepareRequest loaded = vm.eventRequestManager().createClassPrepareRequest();
        loaded.addClassFilter(className);
        loaded.setSuspendPolicy(EventRequest.SUSPEND_ALL);
        loaded.enable();
        vm.classesByName(className).forEach(this::stopIn);
    }

    private void stopIn(ReferenceType type) {
        for (Method found : type.methodsByName(method)) {
            BreakpointRequest stop =
                    type.virtualMachine().eventRequestManager().createBreakpointRequest(found.location());
            stop.setSuspendPolicy(EventRequest.SUSPEND_ALL);
            stop.enable();
        }
    }

    /** Lets it go on until the application's own thread comes there, and leaves it stopped. */
    void awaitStop() throws Exception {
        awaitStop(thread -> !thread.name().startsWith("lethe-"));
    }

    /** The same for a thread of Lethe's, whose name begins so, in a call from this class, however far; not where it rehearses. */
    void awaitStopOf(String beginning, String caller) throws Exception {
        awaitStop(thread -> thread.name().startsWith(beginning) && isIn(thread, caller));
    }

    private static boolean isIn(ThreadReference thread, String caller) {
        try {
            for (StackFrame frame : thread.frames()) {
                String type = frame.location().declaringType().name();
                if (type.equals(caller) || type.endsWith(".Rehearsal")) {
                    return type.equals(caller);
                }
            }
            return false;
        } catch (IncompatibleThreadStateException e) {
            throw new IllegalStateException(e);
        }
    }

    private void awaitStop(Predicate<ThreadReference> threads) throws Exception {
        VirtualMachine vm = connected.get(SECONDS, TimeUnit.SECONDS);
        goOn();
        while (true) {
            EventSet events = vm.eventQueue().remove(TimeUnit.SECONDS.toMillis(SECONDS));
            if (events == null) {
                throw new AssertionError("the JVM never came to " + method);
            }
            for (Event event : events) {
                if (event instanceof ClassPrepareEvent prepared) {
                    stopIn(prepared.referenceType());
                }
                if (event instanceof BreakpointEvent stop && threads.test(stop.thread())) {
                    stopped = events;
                    return;
                }
            }
            events.resume();
        }
    }

    void goOn() {
        if (stopped != null) {
            stopped.resume();
            stopped = null;
        }
    }

    /** Leaves the JVM to itself. */
    @Override
    public void close() {
        if (closed) {
            return;
        }
        closed = true;
        if (connected.isDone() && !connected.isCompletedExceptionally()) {
            dispose(connected.join());
        }
        try {
            connector.stopListening(arguments);
        } catch (IOException | IllegalConnectorArgumentsException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void dispose(VirtualMachine vm) {
        try {
            vm.dispose();
        } catch (VMDisconnectedException e) {
            // It has ended.
        }
    }
}
