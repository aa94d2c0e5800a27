# each_source: what cp, mv and ln do with their operands: one source and a target, or several and a directory.
        .include "abi.s"
        .include "library.s"
        .include "frame.s"

        .text

# each_source(operands: a0, count: a1, directory: a2, of -t, or 0; flags: a3, INTO_... (library.s); function: a4)
# -> a0 = 0 or 1, after messages; -1: too few operands. Calls function(source, path of the target) -> a0 = 0 or 1 for each.
# s0 next source, s1 sources left, s2 target, s3 flags, s4 function, s5 result, s6 path
        .globl each_source
each_source:
        enter 7
        mv   s0, a0
        mv   s1, a1
        mv   s2, a2
        mv   s3, a3
        mv   s4, a4
        li   s5, 0
        bnez a2, 2f
        addi s1, s1, -1                 # the last operand is the target
        bgtz s1, 1f
        li   a0, -1
        leave 7
1:      slli t0, s1, 3
        add  t0, t0, s0
        ld   s2, 0(t0)
        sd   zero, 0(t0)
        li   t0, 1
        beq  s1, t0, 3f
        andi t1, s3, INTO_NO_DIRECTORY
        bnez t1, 5f
2:      mv   a0, s2
        call is_directory
        andi s3, s3, ~(INTO_NO_DIRECTORY | INTO_NO_LINK)
        beqz a0, 5f
3:      ld   a0, 0(s0)
        beqz a0, 4f
        mv   a1, s2
        mv   a2, s3
        call .Lpath
        mv   s6, a0
        mv   a1, a0
        ld   a0, 0(s0)
        jalr s4
        or   s5, s5, a0
        mv   a0, s6
        call free
        addi s0, s0, 8
        j    3b
4:      mv   a0, s5
        leave 7
5:      mv   a0, s2
        li   a1, ENOTDIR
        li   a2, 1
        call die

# path(source: a0, target: a1, flags: a2) -> a0 = where it goes, malloc
.Lpath: andi t0, a2, INTO_NO_DIRECTORY
        bnez t0, 2f
        andi t0, a2, INTO_NO_LINK
        beqz t0, destination
        enter 2, SIZEOF_stat
        mv   s0, a0
        mv   s1, a1
        mv   a0, a1
        mv   a1, sp
        call lstat
        lw   t0, stat_st_mode(sp)
        li   t1, S_IFMT
        and  t0, t0, t1
        li   t1, S_IFLNK
        xor  t0, t0, t1
        seqz t0, t0
        seqz a0, a0
        and  t0, t0, a0                 # 1: it is a link
        mv   a0, s0
        mv   a1, s1
        bnez t0, 1f
        call destination
        leave 2, SIZEOF_stat
1:      mv   a0, s1
        call xstrdup
        leave 2, SIZEOF_stat
2:      mv   a0, a1
        j    xstrdup
