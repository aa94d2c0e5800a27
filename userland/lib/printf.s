# Formatted output to a descriptor. format.s does the work; here the variadic arguments are brought together.
#
# The first arguments of a variadic function come in registers, the others lie on the caller's stack. Saving the
# registers at the top of the frame, right below the caller's, makes one array of them all:
#
#       sp + 80 ...     arguments 8, 9, ... (the caller put them there)
#       sp + 72         a7
#       ...
#       sp + 24         a1
        .include "abi.s"
        .text

# printf(format: a0, ...) -> a0 = bytes written or -errno
        .globl printf
printf:
        addi sp, sp, -80
        sd ra, 0(sp)
        sd a1, 24(sp)
        sd a2, 32(sp)
        sd a3, 40(sp)
        sd a4, 48(sp)
        sd a5, 56(sp)
        sd a6, 64(sp)
        sd a7, 72(sp)
        mv a1, a0
        li a0, STDOUT_FILENO
        addi a2, sp, 24
        call vfprintf
        ld ra, 0(sp)
        addi sp, sp, 80
        ret

# fprintf(fd: a0, format: a1, ...) -> a0 = bytes written or -errno
        .globl fprintf
fprintf:
        addi sp, sp, -80
        sd ra, 0(sp)
        sd a2, 32(sp)
        sd a3, 40(sp)
        sd a4, 48(sp)
        sd a5, 56(sp)
        sd a6, 64(sp)
        sd a7, 72(sp)
        addi a2, sp, 32
        call vfprintf
        ld ra, 0(sp)
        addi sp, sp, 80
        ret

# vfprintf(fd: a0, format: a1, arguments: a2, the address of an array of words) -> a0 = bytes written or -errno
        .globl vfprintf
vfprintf:
        addi sp, sp, -32
        sd ra, 24(sp)
        sd s0, 16(sp)
        sd s1, 8(sp)
        mv s0, a0
        mv a3, a2
        mv a2, a1
        mv a1, a0
        la a0, stream_append
        call format
        mv s1, a0
        mv a0, s0
        call stream_settle
        bltz a0, 1f
        mv a0, s1
1:      ld ra, 24(sp)
        ld s0, 16(sp)
        ld s1, 8(sp)
        addi sp, sp, 32
        ret
