# chmod: changes permissions.
#
# usage: chmod [-cfRv] MODE FILE...      chmod [-cfRv] --reference=FILE FILE...
#   MODE is octal (755), or a list of changes such as u+x,go-w,a=r: who (u owner, g group, o others, a all; none: all, as far
#   as the umask allows), + - or =, and what (r read, w write, x execute, X execute where some may already or it is a directory,
#   s set-id, t sticky; or u, g, o: what that one may)
#   -R  directories with all that is below them    -v  says what it does    -c  says what it changes    -f  few messages
# exit status: 0; 1 when a file's mode could not be changed
        .include "abi.s"
        .include "library.s"
        .include "frame.s"
        .include "option-table.s"
        .equ PERMISSIONS, 07777
        .equ MODE_TEXT, 16

        option_table table, usage_text, 1
        flag 'R', "recursive", walk_flags, WALK_BELOW
        flag 'v', "verbose", verbose, 1
        flag 'c', "changes", changes, 1
        flag 'f', "silent", silent, 1
        flag 0, "quiet", silent, 1
        action 0, "reference", mode_of
        option_end

        .data
        .balign 8
walk_flags:     .dword WALK_FOLLOW_NAMED
verbose:        .dword 0
changes:        .dword 0
silent:         .dword 0
mode_text:      .dword 0

        .bss
reference_mode: .zero MODE_TEXT

        .text
# s0 next name, s1 exit status
        .globl main
main:
        enter 2
        call take_mode
        la   a2, table
        call parse_options
        mv   s0, a0
        beqz a1, 3f
        ld   t0, mode_text
        bnez t0, 1f
        ld   t0, 0(s0)
        addi s0, s0, 8
        la   t1, mode_text
        sd   t0, 0(t1)
        ld   t0, 0(s0)
        beqz t0, 3f
1:      ld   a0, mode_text              # a bad MODE changes nothing at all
        li   a1, 0
        call change_mode
        bltz a0, 4f
        li   s1, 0
2:      ld   a0, 0(s0)
        beqz a0, 5f
        ld   a1, walk_flags
        la   a2, change
        call walk_tree
        or   s1, s1, a0
        addi s0, s0, 8
        j    2b
5:      mv   a0, s1
        leave 2
3:      la   a0, usage_text
        li   a1, 1
        call usage
4:      ld   a0, mode_text
        la   a1, invalid
        li   a2, 1
        call fail

# take_mode(argc: a0, argv: a1) -> the same without a MODE that looks like an option, such as -w
# s0 next argument, s1 argv, s2 argc
take_mode:
        enter 3
        mv   s2, a0
        mv   s1, a1
        addi s0, a1, 8
1:      ld   a0, 0(s0)
        beqz a0, 3f
        addi s0, s0, 8
        lbu  t0, 0(a0)
        li   t1, '-'
        bne  t0, t1, 1b
        addi a0, a0, 1
        lbu  t0, 0(a0)
        beqz t0, 1b
        beq  t0, t1, 1b
        la   a1, mode_letters
        call strspn
        ld   t0, -8(s0)
        add  a0, a0, t0
        lbu  t1, 1(a0)
        bnez t1, 1b
        la   t1, mode_text
        sd   t0, 0(t1)
        addi s2, s2, -1
2:      ld   t0, 0(s0)                  # the others close up
        sd   t0, -8(s0)
        addi s0, s0, 8
        bnez t0, 2b
3:      mv   a0, s2
        mv   a1, s1
        leave 3

# mode_of(path: a0): the MODE is that file's
mode_of:
        enter 1, SIZEOF_stat
        mv   s0, a0
        mv   a1, sp
        call stat
        bnez a0, 1f
        lw   a2, stat_st_mode(sp)
        li   t1, PERMISSIONS
        and  a2, a2, t1
        la   a0, reference_mode
        la   a1, octal
        call sprintf
        la   t0, reference_mode
        la   t1, mode_text
        sd   t0, 0(t1)
        leave 1, SIZEOF_stat
1:      mv   a1, a0
        mv   a0, s0
        li   a2, 1
        call die

# change(path: a0, stat: a1, depth: a2, when: a3) -> a0 = 0, 1
# s2 path, s3 old mode, s4 new mode, two texts at 0(sp)
change:
        li   t0, WALK_AFTER
        bgeu a3, t0, 6f
        enter 5, 2 * MODE_TEXT
        mv   s2, a0
        lw   s3, stat_st_mode(a1)
        li   t0, S_IFMT
        and  t0, s3, t0
        li   t1, S_IFLNK
        bne  t0, t1, 7f
        bnez a2, 3f                     # links have no permissions
        li   a0, -ENOENT                # one that was named, and leads nowhere
        j    4f
7:      ld   a0, mode_text
        mv   a1, s3
        call change_mode
        mv   s4, a0
        mv   a0, s2
        mv   a1, s4
        call chmod
        bnez a0, 4f
        ld   t0, verbose
        bnez t0, 1f
        ld   t0, changes
        beqz t0, 3f
1:      li   t0, PERMISSIONS
        and  t1, s3, t0
        xor  t1, t1, s4
        la   a0, changed
        bnez t1, 2f
        la   a0, retained
        ld   t0, verbose
        beqz t0, 3f
2:      call report
3:      li   a0, 0
        leave 5, 2 * MODE_TEXT
4:      mv   a1, a0
        ld   t0, silent
        li   a0, 1
        bnez t0, 5f
        mv   a0, s2
        call warn
        li   a0, 1
5:      leave 5, 2 * MODE_TEXT
6:      li   a0, 0
        ret

# report(format: a0): path s2, its old mode s3, its new one s4
report:
        enter 1, 2 * MODE_TEXT
        mv   s0, a0
        mv   a0, s3
        mv   a1, sp
        call mode_string
        li   t0, S_IFMT
        and  t0, t0, s3
        or   a0, s4, t0
        addi a1, sp, MODE_TEXT
        call mode_string
        mv   a0, s0
        mv   a1, s2
        li   t1, PERMISSIONS
        and  a2, s3, t1
        addi a3, sp, 1
        mv   a4, s4
        addi a5, sp, MODE_TEXT + 1
        call printf
        leave 1, 2 * MODE_TEXT

        .section .rodata
mode_letters:   .asciz "rwxXstugoa,+-=01234567"
octal:          .asciz "%lo"
changed:        .asciz "mode of '%s' changed from %04lo (%s) to %04lo (%s)\n"
retained:       .asciz "mode of '%s' retained as %04lo (%s)\n"
invalid:        .asciz "invalid mode"
usage_text:     .asciz "chmod [-cfRv] MODE | --reference=FILE FILE..."
