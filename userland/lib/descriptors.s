# Descriptors: whole reads and writes, terminals, duplicates, pipes.
        .include "abi.s"
        .text

# write_all(fd: a0, data: a1, count: a2) -> a0 = 0 when everything is written, or -errno
        .globl write_all
write_all:
        addi sp, sp, -32
        sd ra, 24(sp)
        sd s0, 16(sp)                   # fd
        sd s1, 8(sp)                    # data
        sd s2, 0(sp)                    # bytes left
        mv s0, a0
        mv s1, a1
        mv s2, a2
1:      li a0, 0
        beqz s2, 3f
        mv a0, s0
        mv a1, s1
        mv a2, s2
        call write
        li t0, -EINTR
        beq a0, t0, 1b
        bltz a0, 3f
        add s1, s1, a0
        sub s2, s2, a0
        j 1b
3:      ld ra, 24(sp)
        ld s0, 16(sp)
        ld s1, 8(sp)
        ld s2, 0(sp)
        addi sp, sp, 32
        ret

# read_full(fd: a0, buffer: a1, count: a2) -> a0 = bytes read: count, or less at the end of the file; or -errno
        .globl read_full
read_full:
        addi sp, sp, -48
        sd ra, 40(sp)
        sd s0, 32(sp)                   # fd
        sd s1, 24(sp)                   # buffer
        sd s2, 16(sp)                   # bytes left
        sd s3, 8(sp)                    # bytes read
        mv s0, a0
        mv s1, a1
        mv s2, a2
        li s3, 0
1:      beqz s2, 2f
        mv a0, s0
        mv a1, s1
        mv a2, s2
        call read
        li t0, -EINTR
        beq a0, t0, 1b
        bltz a0, 3f
        beqz a0, 2f                     # end of file
        add s1, s1, a0
        sub s2, s2, a0
        add s3, s3, a0
        j 1b
2:      mv a0, s3
3:      ld ra, 40(sp)
        ld s0, 32(sp)
        ld s1, 24(sp)
        ld s2, 16(sp)
        ld s3, 8(sp)
        addi sp, sp, 48
        ret

# isatty(fd: a0) -> a0 = 1 for a terminal, else 0: only terminals have modes
        .globl isatty
isatty:
        addi sp, sp, -64
        sd ra, 56(sp)
        li a1, TCGETS
        mv a2, sp                       # SIZEOF_termios is 36
        call ioctl
        seqz a0, a0
        ld ra, 56(sp)
        addi sp, sp, 64
        ret

# dup2(old: a0, new: a1) -> a0 = new, or -errno. Unlike dup3 it allows both to be the same open descriptor.
        .globl dup2
dup2:
        beq a0, a1, 1f
        li a2, 0
        j dup3
1:      addi sp, sp, -16
        sd ra, 8(sp)
        sd a0, 0(sp)
        li a1, F_GETFD
        call fcntl
        bltz a0, 2f
        ld a0, 0(sp)
2:      ld ra, 8(sp)
        addi sp, sp, 16
        ret

# pipe(fds: a0, the address of two 4-byte numbers: read end, write end) -> a0 = 0 or -errno
        .globl pipe
pipe:
        li a1, 0
        j pipe2
