# Buffered output: one stream for each descriptor.
#
# A stream collects bytes and writes them in blocks: when the buffer is full, at the end of a line on a terminal, at the
# end of each call on descriptor 2, and when the process ends. Descriptors from STREAMS on share one more stream, which
# is written out at the end of each call.
#
# (1) 0 <= used <= BLOCK at all times, used < BLOCK between calls.
# (2) A stream's mode is decided when it is first used, and again after fflush: dup2 may have changed the file.
# (3) The first write error stays in the stream until fflush reports it; output after it is dropped.
#
# The buffers lie in .bss: 132 KiB of addresses of which only the pages that are used ever get memory.
        .include "abi.s"

        .equ STREAMS, 32
        .equ BLOCK, 4096

        .equ UNDECIDED, 0               # modes
        .equ BY_BLOCK, 1
        .equ BY_LINE, 2
        .equ BY_CALL, 3

        .equ stream_used, 0             # bytes in the buffer
        .equ stream_mode, 8
        .equ stream_error, 16           # 0, or the -errno of a failed write
        .equ stream_fd, 24
        .equ stream_newline, 32         # 1: a newline arrived since the last settling
        .equ SIZEOF_stream, 40

        .bss
        .balign 8
streams:        .zero SIZEOF_stream * (STREAMS + 1)
        .balign BLOCK
buffers:        .zero BLOCK * (STREAMS + 1)

        .text

# stream(fd: a0) -> a0 = its record, a1 = its buffer; the mode is decided. Internal.
.Lstream:
        li t0, STREAMS
        mv t1, a0                       # index in the tables
        bltu a0, t0, 1f
        mv t1, t0                       # the shared one
1:      li t2, SIZEOF_stream
        mul t2, t2, t1
        la t3, streams
        add t2, t2, t3
        slli a1, t1, 12                 # BLOCK is 2^12
        la t3, buffers
        add a1, a1, t3
        sd a0, stream_fd(t2)
        ld t3, stream_mode(t2)
        bnez t3, 3f

        la t3, flush_hook               # from now on the process must flush when it ends
        la t4, .Lhook
        sd t4, 0(t3)
        li t3, BY_CALL
        li t4, STDERR_FILENO
        beq a0, t4, 2f
        beq t1, t0, 2f
        addi sp, sp, -32
        sd ra, 24(sp)
        sd t2, 16(sp)
        sd a1, 8(sp)
        call isatty
        ld ra, 24(sp)
        ld t2, 16(sp)
        ld a1, 8(sp)
        addi sp, sp, 32
        li t3, BY_BLOCK
        beqz a0, 2f
        li t3, BY_LINE
2:      sd t3, stream_mode(t2)
3:      mv a0, t2
        ret

# stream_append(fd: a0, data: a1, count: a2): puts bytes into the stream; writes whole blocks only
        .globl stream_append
stream_append:
        addi sp, sp, -48
        sd ra, 40(sp)
        sd s0, 32(sp)                   # record
        sd s1, 24(sp)                   # buffer
        sd s2, 16(sp)                   # data
        sd s3, 8(sp)                    # bytes left
        sd s4, 0(sp)                    # bytes of this round
        mv s2, a1
        mv s3, a2
        call .Lstream
        mv s0, a0
        mv s1, a1
        ld t0, stream_mode(s0)
        li t1, BY_LINE
        bne t0, t1, 1f
        mv a0, s2
        li a1, '\n'
        mv a2, s3
        call memchr
        snez a0, a0
        ld t0, stream_newline(s0)
        or a0, a0, t0
        sd a0, stream_newline(s0)
1:      beqz s3, 3f
        ld t0, stream_used(s0)
        li t1, BLOCK
        sub s4, t1, t0                  # room
        bleu s4, s3, 2f
        mv s4, s3
2:      add a0, s1, t0
        mv a1, s2
        mv a2, s4
        call memcpy
        add s2, s2, s4
        sub s3, s3, s4
        ld t0, stream_used(s0)
        add t0, t0, s4
        sd t0, stream_used(s0)
        li t1, BLOCK
        bltu t0, t1, 1b
        mv a0, s0
        mv a1, s1
        call .Lwrite_out
        j 1b
3:      ld ra, 40(sp)
        ld s0, 32(sp)
        ld s1, 24(sp)
        ld s2, 16(sp)
        ld s3, 8(sp)
        ld s4, 0(sp)
        addi sp, sp, 48
        ret

# write_out(record: a0, buffer: a1) -> a0 = 0 or the stream's -errno. Empties the buffer. Internal.
.Lwrite_out:
        addi sp, sp, -16
        sd ra, 8(sp)
        sd s0, 0(sp)
        mv s0, a0
        ld a2, stream_used(s0)
        sd zero, stream_used(s0)
        sd zero, stream_newline(s0)
        ld t0, stream_error(s0)
        bnez t0, 1f                     # invariant 3
        beqz a2, 1f
        ld a0, stream_fd(s0)
        call write_all
        sd a0, stream_error(s0)
1:      ld a0, stream_error(s0)
        ld ra, 8(sp)
        ld s0, 0(sp)
        addi sp, sp, 16
        ret

# stream_settle(fd: a0) -> a0 = 0 or -errno. The end of a call that appended: writes out what the mode says.
        .globl stream_settle
stream_settle:
        addi sp, sp, -16
        sd ra, 8(sp)
        call .Lstream
        ld t0, stream_mode(a0)
        li t1, BY_CALL
        beq t0, t1, 1f
        li t1, BY_LINE
        bne t0, t1, 2f
        ld t0, stream_newline(a0)
        beqz t0, 2f
1:      call .Lwrite_out
        j 3f
2:      ld a0, stream_error(a0)
3:      ld ra, 8(sp)
        addi sp, sp, 16
        ret

# fflush(fd: a0) -> a0 = 0, or the -errno of the first write that failed since the last fflush
        .globl fflush
fflush:
        addi sp, sp, -16
        sd ra, 8(sp)
        sd s0, 0(sp)
        call .Lstream
        mv s0, a0
        call .Lwrite_out
        sd zero, stream_error(s0)
        sd zero, stream_mode(s0)        # invariant 2
        ld ra, 8(sp)
        ld s0, 0(sp)
        addi sp, sp, 16
        ret

# flush_all() -> a0 = 0, or the first -errno among all streams (which they keep)
        .globl flush_all
flush_all:
        li a0, 2
        # fall through

# hook(what: a0) -> a0 = 0 or -errno. 0 writes out terminals' streams, 1 all of them and complains of errors, 2 all of
# them in silence. Internal; called through flush_hook by parts that must not depend on this one.
.Lhook:
        addi sp, sp, -48
        sd ra, 40(sp)
        sd s0, 32(sp)                   # what
        sd s1, 24(sp)                   # record
        sd s2, 16(sp)                   # buffer
        sd s3, 8(sp)                    # streams left
        sd s4, 0(sp)                    # first error
        mv s0, a0
        la s1, streams
        la s2, buffers
        li s3, STREAMS + 1
        li s4, 0
1:      ld t0, stream_mode(s1)
        beqz t0, 3f
        bnez s0, 2f
        li t1, BY_LINE
        bne t0, t1, 3f
2:      mv a0, s1
        mv a1, s2
        call .Lwrite_out
        bnez s4, 3f
        mv s4, a0
3:      addi s1, s1, SIZEOF_stream
        li t0, BLOCK
        add s2, s2, t0
        addi s3, s3, -1
        bnez s3, 1b
        li t0, 1
        bne s0, t0, 4f
        beqz s4, 4f
        la a0, .Lwrite_error
        mv a1, s4
        call warn
4:      mv a0, s4
        ld ra, 40(sp)
        ld s0, 32(sp)
        ld s1, 24(sp)
        ld s2, 16(sp)
        ld s3, 8(sp)
        ld s4, 0(sp)
        addi sp, sp, 48
        ret

        .section .rodata
.Lwrite_error:  .asciz "write error"
