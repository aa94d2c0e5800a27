# getopt: options of a command line, as getopt(3) of GNU has them: "-a -b value", "-abvalue", "--" ends them, and
# operands that stand before options move behind them (unless the letters begin with "+").
#
# The words optind (index of the next element of argv), optarg (an option's argument), optopt (a bad option's letter) and
# opterr (0: no messages) belong to the caller as much as to getopt. Set optind to 0 to begin with another argv.
        .include "abi.s"
        .include "library.s"

        .data
        .balign 8
        .globl optind, optarg, optopt, opterr
optind:         .dword 1
optarg:         .dword 0
optopt:         .dword 0
opterr:         .dword 1
rest:           .dword 0                # letters left in a cluster such as -la
found:          .dword 0                # where that cluster stood: its argument is the next element

        .text

# getopt(argc: a0, argv: a1, letters: a2, where "b:" takes an argument) -> a0 = the option's letter; '?' (bad option);
# OPTION_HELP for --help; -1 at the end, with the operands from argv[optind] on
        .globl getopt
getopt:
        addi sp, sp, -48
        sd ra, 40(sp)
        sd s0, 32(sp)                   # argc
        sd s1, 24(sp)                   # argv
        sd s2, 16(sp)                   # letters
        sd s3, 8(sp)                    # rest of the cluster
        mv s0, a0
        mv s1, a1
        mv s2, a2
        la t0, optarg
        sd zero, 0(t0)
        ld t0, optind
        bnez t0, 0f
        la t0, optind                   # begin anew
        li t1, 1
        sd t1, 0(t0)
        la t0, rest
        sd zero, 0(t0)
0:
        ld s3, rest
        beqz s3, 1f
        lbu t0, 0(s3)
        bnez t0, 3f
1:      call .Lnext_cluster
        beqz a0, 2f
        mv s3, a0
        lbu t0, 0(s3)
        li t1, '-'
        bne t0, t1, 3f
        call .Llong                     # --help, or something unknown
        j .Lgetopt_end
2:      li a0, -1
        j .Lgetopt_end
3:      lbu a0, 0(s3)                   # the letter
        addi s3, s3, 1
        la t0, rest
        sd s3, 0(t0)
        call .Loption
.Lgetopt_end:
        ld ra, 40(sp)
        ld s0, 32(sp)
        ld s1, 24(sp)
        ld s2, 16(sp)
        ld s3, 8(sp)
        addi sp, sp, 48
        ret

# next_cluster() -> a0 = what follows the "-" of the next element that holds options, now behind optind; 0: no more
.Lnext_cluster:
        ld t0, optind                   # index
        lbu t5, 0(s2)
        addi t5, t5, -'+'               # 0: no moving
1:      bge t0, s0, 4f
        slli t1, t0, 3
        add t1, t1, s1                  # slot
        ld t2, 0(t1)
        lbu t3, 0(t2)
        li t4, '-'
        bne t3, t4, 2f
        lbu t3, 1(t2)
        bnez t3, 5f
2:      beqz t5, 4f                     # an operand, or "-": look behind it
        addi t0, t0, 1
        j 1b
4:      li a0, 0                        # nothing found: the operands begin at optind
        ret
5:      la t3, found
        sd t0, 0(t3)
        mv a1, t0
        mv t5, ra
        call .Lmove_up
        mv ra, t5
        addi a0, a0, 1                  # behind the "-"
        lbu t3, 0(a0)                   # "--" alone ends the options
        li t4, '-'
        bne t3, t4, 8f
        lbu t3, 1(a0)
        beqz t3, 4b
8:      ret

# move_up(index: a1) -> a0 = the element there, which moves to optind, before the operands that stood between; optind then
# points behind it
.Lmove_up:
        slli t1, a1, 3
        add t1, t1, s1                  # its slot
        ld a0, 0(t1)
        ld t3, optind
        addi t4, t3, 1
        la t2, optind
        sd t4, 0(t2)
        slli t3, t3, 3
        add t3, t3, s1                  # the slot where it goes
1:      beq t1, t3, 2f
        ld t4, -8(t1)
        sd t4, 0(t1)
        addi t1, t1, -8
        j 1b
2:      sd a0, 0(t3)
        ret

# option(letter: a0) -> a0 = the letter or '?'; sets optarg
.Loption:
        addi sp, sp, -16
        sd ra, 8(sp)
        sd s4, 0(sp)                    # letter
        mv s4, a0
        li t0, ':'
        beq a0, t0, 4f
        mv a1, a0
        mv a0, s2
        call strchr
        beqz a0, 4f
        lbu t0, 1(a0)
        li t1, ':'
        bne t0, t1, 3f
        la t2, rest                     # takes an argument: the rest of the cluster, or else the next element
        sd zero, 0(t2)
        lbu t0, 0(s3)
        bnez t0, 2f
        ld a1, found
        addi a1, a1, 1
        bge a1, s0, 5f
        call .Lmove_up
        mv s3, a0
2:      la t0, optarg
        sd s3, 0(t0)
3:      mv a0, s4
        j 7f
4:      la a1, .Linvalid
        j 6f
5:      la a1, .Lmissing
6:      mv a0, s4
        call .Lbad
7:      ld ra, 8(sp)
        ld s4, 0(sp)
        addi sp, sp, 16
        ret

# bad(letter: a0, text: a1) -> a0 = '?': sets optopt; "prog: invalid option -- 'x'"
.Lbad:
        addi sp, sp, -80
        sd ra, 72(sp)
        la t0, optopt
        sd a0, 0(t0)
        sd a0, 64(sp)
        ld t0, opterr
        beqz t0, 1f
        mv a0, sp
        call stpcpy
        ld t0, 64(sp)
        sb t0, 0(a0)
        li t0, '\''
        sb t0, 1(a0)
        sb zero, 2(a0)
        li a0, 0
        mv a1, sp
        call complain
1:      li a0, '?'
        ld ra, 72(sp)
        addi sp, sp, 80
        ret

# long(text: a0, behind the first "-") -> a0 = OPTION_HELP or '?'
.Llong:
        addi sp, sp, -16
        sd ra, 8(sp)
        la a1, .Lhelp
        call strcmp
        bnez a0, 1f
        li a0, OPTION_HELP
        j 3f
1:      la t0, optopt
        sd zero, 0(t0)
        ld t0, opterr
        beqz t0, 2f
        addi a0, s3, -1
        la a1, .Lunrecognized
        call complain
2:      li a0, '?'
3:      ld ra, 8(sp)
        addi sp, sp, 16
        ret

        .section .rodata
.Linvalid:      .asciz "invalid option -- '"
.Lmissing:      .asciz "option requires an argument -- '"
.Lunrecognized: .asciz "unrecognized option"
.Lhelp:         .asciz "-help"
