# is_directory, and where a file goes when a command names a directory as the target.
        .include "abi.s"
        .text

# is_directory(path: a0) -> a0 = 1 or 0; symbolic links are followed
        .globl is_directory
is_directory:
        addi sp, sp, -16 - SIZEOF_stat
        sd ra, SIZEOF_stat(sp)
        mv a1, sp
        call stat
        li t0, 0
        bltz a0, 1f
        lw t0, stat_st_mode(sp)
        li t1, S_IFMT
        and t0, t0, t1
        li t1, S_IFDIR
        xor t0, t0, t1
        seqz t0, t0
1:      mv a0, t0
        ld ra, SIZEOF_stat(sp)
        addi sp, sp, 16 + SIZEOF_stat
        ret

# destination(source: a0, target: a1) -> a0 = "target/last part of source" when target is a directory, else a copy of
# target; from malloc
        .globl destination
destination:
        addi sp, sp, -32
        sd ra, 24(sp)
        sd s0, 16(sp)                   # source
        sd s1, 8(sp)                    # target
        mv s0, a0
        mv s1, a1
        mv a0, a1
        call is_directory
        beqz a0, 1f
        mv a0, s0
        call basename
        call strndup                    # without the slashes that may follow
        mv s0, a0
        mv a1, a0
        mv a0, s1
        call path_join
        mv s1, a0
        mv a0, s0
        call free
        mv a0, s1
        j 2f
1:      mv a0, s1
        call xstrdup
2:      ld ra, 24(sp)
        ld s0, 16(sp)
        ld s1, 8(sp)
        addi sp, sp, 32
        ret
