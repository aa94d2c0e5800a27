# glob: the paths that match a pattern, for the shell. has_wildcard: is there anything to match?
#
# The pattern is taken apart at its slashes. A part without wildcards is a name; one with them is compared with all names
# of the directory reached so far. Names with a leading period match only a period.
        .include "abi.s"
        .include "library.s"

        .text

# has_wildcard(pattern: a0) -> a0 = 1 when it holds *, ? or [ without a backslash before it
        .globl has_wildcard
has_wildcard:
        mv t0, a0
        li a0, 1
1:      lbu t1, 0(t0)
        beqz t1, 3f
        addi t0, t0, 1
        li t2, '\\'
        bne t1, t2, 2f
        lbu t1, 0(t0)
        beqz t1, 3f
        addi t0, t0, 1
        j 1b
2:      li t2, '*'
        beq t1, t2, 4f
        li t2, '?'
        beq t1, t2, 4f
        li t2, '['
        bne t1, t2, 1b
        ret
3:      li a0, 0
4:      ret

# glob(pattern: a0, vector: a1) -> a0 = how many paths were appended (copies from malloc, sorted)
        .globl glob
glob:
        addi sp, sp, -64
        sd ra, 56(sp)
        sd s0, 48(sp)                   # vector
        sd s1, 40(sp)                   # how many it held before
        sd s2, 32(sp)                   # how many have come
        sd zero, buffer_data(sp)        # the path so far: a buffer at sp
        sd zero, buffer_length(sp)
        sd zero, buffer_capacity(sp)
        mv s0, a1
        ld s1, vector_count(s0)
        mv a1, a0
        mv a0, sp
        mv a2, s0
        call .Lexpand
        mv a0, sp
        call buffer_free
        ld s2, vector_count(s0)
        sub s2, s2, s1
        ld a0, vector_data(s0)
        slli t0, s1, 3
        add a0, a0, t0
        mv a1, s2
        la a2, strcmp
        call sort_pointers
        mv a0, s2
        ld ra, 56(sp)
        ld s0, 48(sp)
        ld s1, 40(sp)
        ld s2, 32(sp)
        addi sp, sp, 64
        ret

# expand(path: a0, pattern: a1, vector: a2): appends all that the path so far, continued by the pattern, matches.
# The path is as it was in the end. s0 path, s1 rest of the pattern, s2 vector, s3 the part, s4 length of the path
.Lexpand:
        addi sp, sp, -80
        sd ra, 72(sp)
        sd s0, 64(sp)
        sd s1, 56(sp)
        sd s2, 48(sp)
        sd s3, 40(sp)
        sd s4, 32(sp)
        sd s5, 24(sp)                   # index among the names of a directory
        mv s0, a0
        mv s1, a1
        mv s2, a2
        ld s4, buffer_length(s0)
        sd s4, 0(sp)                    # to go back to
1:      lbu a1, 0(s1)                   # slashes
        li t0, '/'
        bne a1, t0, 2f
        mv a0, s0
        call buffer_put
        addi s1, s1, 1
        j 1b
2:      ld s4, buffer_length(s0)
        beqz a1, .Lwhole                # the pattern is used up
        mv a0, s1
        li a1, '/'
        call strchrnul
        sub a1, a0, s1
        mv t0, s1
        mv s1, a0                       # behind the part
        mv a0, t0
        call strndup
        mv s3, a0
        call has_wildcard
        bnez a0, .Lwild
        call .Lunquote
        mv a0, s0
        mv a1, s3
        call buffer_append_string
        mv a0, s0
        mv a1, s1
        mv a2, s2
        call .Lexpand_rest
        j .Lfree_part
.Lwild:
        call .Lmatch_names
.Lfree_part:
        mv a0, s3
        call free
        j .Lback
.Lwhole:
        call .Lfound
.Lback: ld t0, 0(sp)
        sd t0, buffer_length(s0)
        ld ra, 72(sp)
        ld s0, 64(sp)
        ld s1, 56(sp)
        ld s2, 48(sp)
        ld s3, 40(sp)
        ld s4, 32(sp)
        ld s5, 24(sp)
        addi sp, sp, 80
        ret

# expand_rest(path: a0, pattern: a1, vector: a2): expand when anything is left, else the path is a result, if it exists
.Lexpand_rest:
        lbu t0, 0(a1)
        bnez t0, .Lexpand
        # fall through

# found(): the path at s0 becomes a result, if it exists
.Lfound:
        addi sp, sp, -16 - SIZEOF_stat
        sd ra, SIZEOF_stat(sp)
        mv a0, s0
        call buffer_string
        mv a1, sp
        call lstat
        bltz a0, 1f
        ld a0, buffer_data(s0)
        call xstrdup
        mv a1, a0
        mv a0, s2
        call vector_push
1:      ld ra, SIZEOF_stat(sp)
        addi sp, sp, 16 + SIZEOF_stat
        ret

# match_names(): continues the path with each name of its directory that matches the part at s3
.Lmatch_names:
        addi sp, sp, -48
        sd ra, 40(sp)
        sd s6, 32(sp)                   # the name
        sd zero, vector_data(sp)        # all names: a vector at sp
        sd zero, vector_count(sp)
        sd zero, vector_capacity(sp)
        la a0, .Ldot
        beqz s4, 1f
        mv a0, s0
        call buffer_string
1:      mv a1, sp
        call list_directory             # what cannot be read has no names
2:      ld t0, vector_count(sp)
        beqz t0, 4f
        mv a0, sp
        call vector_pop
        mv s6, a0
        mv a1, a0
        mv a0, s3
        li a2, FNM_PERIOD
        call fnmatch
        bnez a0, 3f
        sd s4, buffer_length(s0)
        mv a0, s0
        mv a1, s6
        call buffer_append_string
        mv a0, s0
        mv a1, s1
        mv a2, s2
        call .Lexpand_rest
3:      mv a0, s6
        call free
        j 2b
4:      mv a0, sp
        call vector_free
        ld ra, 40(sp)
        ld s6, 32(sp)
        addi sp, sp, 48
        ret

# unquote(): takes the backslashes out of the part at s3, in place
.Lunquote:
        mv t0, s3
        mv t1, s3
        li t3, '\\'
1:      lbu t2, 0(t0)
        bne t2, t3, 2f
        lbu t4, 1(t0)
        beqz t4, 2f
        addi t0, t0, 1
        mv t2, t4
2:      sb t2, 0(t1)
        addi t0, t0, 1
        addi t1, t1, 1
        bnez t2, 1b
        ret

        .section .rodata
.Ldot:  .asciz "."
