# POSIX shared memory: files in /dev/shm, a file system that lives in memory. shm_overview(7).
        .include "abi.s"

        # Longest path: "/dev/shm/", a name, its NUL
        .equ DIRECTORY_BYTES, 9
        .equ FRAME, 288

        .text

# shm_open(name: a0, flags: a1, mode: a2) -> a0 = descriptor, closed by exec; fails: -errno
        .globl shm_open
shm_open:
        addi sp, sp, -FRAME
        sd ra, FRAME - 8(sp)
        sd a1, FRAME - 16(sp)
        mv a1, sp
        call .Lmake_path
        bltz a0, 1f
        mv a0, sp
        ld a1, FRAME - 16(sp)
        li t0, O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK
        or a1, a1, t0
        call open
1:      ld ra, FRAME - 8(sp)
        addi sp, sp, FRAME
        ret

# shm_unlink(name: a0) -> a0 = 0; fails: -errno. The memory stays as long as somebody has it open or mapped.
        .globl shm_unlink
shm_unlink:
        addi sp, sp, -FRAME
        sd ra, FRAME - 8(sp)
        mv a1, sp
        call .Lmake_path
        bltz a0, 1f
        mv a0, sp
        call unlink
1:      ld ra, FRAME - 8(sp)
        addi sp, sp, FRAME
        ret

# .Lmake_path(name: a0, path: a1) -> a0 = 0, or -EINVAL for a name that is empty, too long or has a slash inside; a2 as it was
.Lmake_path:
        lbu t0, 0(a0)
        li t1, '/'
        bne t0, t1, 1f                  # "/name" and "name" are the same
        addi a0, a0, 1
        j .Lmake_path
1:      la t2, .Ldirectory
        li t3, DIRECTORY_BYTES
2:      lbu t0, 0(t2)
        sb t0, 0(a1)
        addi t2, t2, 1
        addi a1, a1, 1
        addi t3, t3, -1
        bnez t3, 2b
        li t3, NAME_MAX
        lbu t0, 0(a0)
        beqz t0, 4f
3:      sb t0, 0(a1)
        beqz t0, 5f
        beqz t3, 4f
        beq t0, t1, 4f
        addi a0, a0, 1
        addi a1, a1, 1
        addi t3, t3, -1
        lbu t0, 0(a0)
        j 3b
4:      li a0, -EINVAL
        ret
5:      li a0, 0
        ret

        .section .rodata
.Ldirectory:    .ascii "/dev/shm/"
