# Unformatted output: puts, fputs, putchar, fputc, fwrite.
        .include "abi.s"
        .text

# puts(s: a0) -> a0 = 0 or -errno: the string and a newline, on standard output
        .globl puts
puts:
        addi sp, sp, -16
        sd ra, 8(sp)
        sd s0, 0(sp)
        mv s0, a0
        call strlen
        mv a2, a0
        mv a1, s0
        li a0, STDOUT_FILENO
        call stream_append
        li a0, '\n'
        ld ra, 8(sp)
        ld s0, 0(sp)
        addi sp, sp, 16
        # fall through

# putchar(c: a0) -> a0 = 0 or -errno
        .globl putchar
putchar:
        li a1, STDOUT_FILENO
        # fall through

# fputc(c: a0, fd: a1) -> a0 = 0 or -errno
        .globl fputc
fputc:
        addi sp, sp, -32
        sd ra, 24(sp)
        sd s0, 16(sp)
        sb a0, 0(sp)
        mv s0, a1
        mv a0, a1
        mv a1, sp
        li a2, 1
        call stream_append
        mv a0, s0
        call stream_settle
        ld ra, 24(sp)
        ld s0, 16(sp)
        addi sp, sp, 32
        ret

# fputs(s: a0, fd: a1) -> a0 = 0 or -errno
        .globl fputs
fputs:
        addi sp, sp, -32
        sd ra, 24(sp)
        sd a0, 16(sp)
        sd a1, 8(sp)
        call strlen
        mv a2, a0
        ld a0, 8(sp)
        ld a1, 16(sp)
        call stream_append
        ld a0, 8(sp)
        call stream_settle
        ld ra, 24(sp)
        addi sp, sp, 32
        ret

# fwrite(data: a0, size: a1, count: a2, fd: a3) -> a0 = count or -errno
        .globl fwrite
fwrite:
        addi sp, sp, -32
        sd ra, 24(sp)
        sd a2, 16(sp)
        sd a3, 8(sp)
        mul a2, a2, a1
        mv a1, a0
        mv a0, a3
        call stream_append
        ld a0, 8(sp)
        call stream_settle
        bltz a0, 1f
        ld a0, 16(sp)
1:      ld ra, 24(sp)
        addi sp, sp, 32
        ret
