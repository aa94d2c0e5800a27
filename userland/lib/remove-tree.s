# remove_tree: a file, or a directory with all that is below it.
        .include "abi.s"
        .include "library.s"
        .text

# remove_tree(path: a0) -> a0 = 0, or 1 when something is left (messages have said what)
        .globl remove_tree
remove_tree:
        addi sp, sp, -80 - SIZEOF_stat
        sd ra, 72(sp)
        sd s0, 64(sp)                   # path
        sd s1, 56(sp)                   # result
        sd s2, 48(sp)                   # a name, then its path
        sd zero, 24+vector_data(sp)     # the names below: a vector at sp + 24
        sd zero, 24+vector_count(sp)
        sd zero, 24+vector_capacity(sp)
        mv s0, a0
        li s1, 0
        addi a1, sp, 80
        call lstat
        bltz a0, 3f
        lw t0, 80+stat_st_mode(sp)
        li t1, S_IFMT
        and t0, t0, t1
        li t1, S_IFDIR
        beq t0, t1, 1f
        mv a0, s0
        call unlink
        bltz a0, 3f
        j 5f
1:      mv a0, s0
        addi a1, sp, 24
        call list_directory
        bltz a0, 3f
2:      ld t0, 24+vector_count(sp)
        beqz t0, 4f
        addi a0, sp, 24
        call vector_pop
        sd a0, 8(sp)
        mv a1, a0
        mv a0, s0
        call path_join
        mv s2, a0
        ld a0, 8(sp)
        call free
        mv a0, s2
        call remove_tree
        or s1, s1, a0
        mv a0, s2
        call free
        j 2b
4:      bnez s1, 5f
        mv a0, s0
        call rmdir
        beqz a0, 5f
3:      mv a1, a0
        mv a0, s0
        call warn
        li s1, 1
5:      addi a0, sp, 24
        call vector_free
        mv a0, s1
        ld ra, 72(sp)
        ld s0, 64(sp)
        ld s1, 56(sp)
        ld s2, 48(sp)
        addi sp, sp, 80 + SIZEOF_stat
        ret
