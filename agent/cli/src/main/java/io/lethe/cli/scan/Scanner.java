package io.lethe.cli.scan;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;

/**
 * Looks for needles in all resident memory of a process, or in a file. The way in for the command line and for tests.
 *
 * <p>Stateless. Never looks at its own process: there it would find the needles that it was given. What it made of them and
 * what it read is overwritten before it returns; the needles themselves stay the caller's.
 */
public final class Scanner {

    private Scanner() {}

    /** Scans a process that stands still meanwhile, where we may stop it. */
    public static Report scanProcess(long pid, List<Needle> needles) throws ScanException {
        return scanProcess(pid, needles, true);
    }

    /** @param stop whether to stop the process meanwhile; a running one can move a secret past us */
    public static Report scanProcess(long pid, List<Needle> needles, boolean stop) throws ScanException {
        long began = System.nanoTime();
        if (pid == ProcFiles.self()) {
            throw new ScanException("a process cannot scan itself: it would find what it looks for");
        }
        Sieve sieve = sieve(needles);
        try (ProcessMemory memory = ProcessMemory.open(pid);
                Suspension suspension = stop ? Suspension.of(pid) : Suspension.none();
                Pass pass = new Pass(sieve, memory.pageSize())) {
            for (Region region : memory.regions()) {
                pass.scan(region);
            }
            memory.requireAlive();
            List<Finding> findings = Findings.of(pass.hits(), needles);
            return new Report(
                    "process " + pid,
                    needles,
                    findings,
                    pass.bytes(),
                    pass.unreadable(),
                    System.nanoTime() - began,
                    suspension.holds());
        } catch (IOException e) {
            throw new ScanException("the memory of process " + pid + " could not be read: " + e.getMessage(), e);
        } finally {
            sieve.wipe();
        }
    }

    /** Scans a file: a heap dump, a core dump, a swap file. */
    public static Report scanFile(Path file, List<Needle> needles) throws ScanException {
        long began = System.nanoTime();
        if (Files.isDirectory(file)) {
            throw new ScanException(file + " is a directory: name a file");
        }
        Sieve sieve = sieve(needles);
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ);
                Pass pass = new Pass(sieve, ProcFiles.SMALLEST_PAGE)) {
            String name = String.valueOf(file.getFileName());
            pass.scan(new Region(0, channel::read, 0, Long.MAX_VALUE, address -> name));
            List<Finding> findings = Findings.of(pass.hits(), needles);
            return new Report(file.toString(), needles, findings, pass.bytes(), 0, System.nanoTime() - began, false);
        } catch (NoSuchFileException e) {
            throw new ScanException("there is no file " + file, e);
        } catch (AccessDeniedException e) {
            throw new ScanException(file + " may not be read by this user", e);
        } catch (IOException e) {
            throw new ScanException(file + " could not be read: " + e.getMessage(), e);
        } finally {
            sieve.wipe();
        }
    }

    private static Sieve sieve(List<Needle> needles) {
        List<Form> forms = new ArrayList<>();
        for (int i = 0; i < needles.size(); i++) {
            forms.addAll(Forms.of(needles.get(i), i));
        }
        return new Sieve(forms);
    }
}
