# read_file: a whole file in memory.
        .include "abi.s"
        .include "library.s"
        .equ STEP, 4096

        .text

# read_file(path: a0) -> a0 = its contents from malloc (a NUL follows them) or -errno, a1 = their length. The size in
# the file's status is not trusted: files of /proc have none.
        .globl read_file
read_file:
        addi sp, sp, -64
        sd ra, 56(sp)
        sd s0, 48(sp)                   # fd
        sd s1, 40(sp)                   # capacity
        sd s2, 32(sp)                   # length
        sd s3, 24(sp)                   # contents
        li a1, O_RDONLY | O_CLOEXEC
        li a2, 0
        call open
        bltz a0, 4f
        mv s0, a0
        li s1, STEP
        li s2, 0
        mv a0, s1
        call xmalloc
        mv s3, a0
1:      sub t0, s1, s2                  # room, of which a byte is for the NUL
        li t1, 1
        bgtu t0, t1, 2f
        slli s1, s1, 1
        mv a0, s3
        mv a1, s1
        call xrealloc
        mv s3, a0
2:      mv a0, s0
        add a1, s3, s2
        sub a2, s1, s2
        addi a2, a2, -1
        call read
        blez a0, 3f
        add s2, s2, a0
        j 1b
3:      mv s1, a0                       # 0 at the end, or -errno
        mv a0, s0
        call close
        mv a0, s3
        mv a1, s2
        add t0, s3, s2
        sb zero, 0(t0)
        beqz s1, 4f
        call free
        mv a0, s1
4:      ld ra, 56(sp)
        ld s0, 48(sp)
        ld s1, 40(sp)
        ld s2, 32(sp)
        ld s3, 24(sp)
        addi sp, sp, 64
        ret
