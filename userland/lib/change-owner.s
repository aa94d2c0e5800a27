# What chown and chgrp have in common: the options, the walk, the messages.
        .include "abi.s"
        .include "library.s"
        .include "frame.s"
        .include "option-table.s"

        option_table .Ltable, 0, 1      # the usage is the command's
        flag 'R', "recursive", .Lwalk_flags, WALK_BELOW
        flag 'v', "verbose", .Lverbose, 1
        flag 'c', "changes", .Lchanges, 1
        flag 'f', "silent", .Lsilent, 1
        flag 0, "quiet", .Lsilent, 1
        flag 'h', "no-dereference", .Llinks, 1
        choice 0, "dereference", .Llinks, 0
        flag 'H', "", .Lwalk_flags, WALK_FOLLOW_NAMED
        flag 'L', "", .Lwalk_flags, WALK_FOLLOW
        call_for 'P', "", .Lno_links
        action 0, "reference", .Lowner_of
        option_end

        .data
        .balign 8
.Lwalk_flags:   .dword 0
.Lverbose:      .dword 0
.Lchanges:      .dword 0
.Lsilent:       .dword 0
.Llinks:        .dword 0                # 1: -h, links themselves
.Lparser:       .dword 0
.Luser:         .dword -1               # -1: stays as it is
.Lgroup:        .dword -1
.Lreference:    .dword 0

        .text

# change_owner(argc: a0, argv: a1, usage: a2, parser: a3) -> a0 = exit status. The first operand (without --reference) is
# given to parser(text, user: address of a word, group: likewise) -> a0 = 0, or a message.
# s0 next name, s1 exit status, s2 usage
        .globl change_owner
change_owner:
        enter 3
        mv   s2, a2
        la   t0, .Lparser
        sd   a3, 0(t0)
        la   t0, .Ltable
        sd   a2, table_usage(t0)
        mv   a2, t0
        call parse_options
        mv   s0, a0
        beqz a1, 5f
        ld   t0, .Lreference
        bnez t0, 1f
        ld   a0, 0(s0)
        addi s0, s0, 8
        la   a1, .Luser
        la   a2, .Lgroup
        ld   t0, .Lparser
        jalr t0
        bnez a0, 4f
        ld   t0, 0(s0)
        beqz t0, 5f
1:      li   s1, 0
2:      ld   a0, 0(s0)
        beqz a0, 3f
        ld   a1, .Lwalk_flags
        la   a2, .Lchange
        andi t0, a1, WALK_BELOW         # -H, -L say which links are entered
        bnez t0, 6f
        li   a1, 0
6:      call walk_tree
        or   s1, s1, a0
        addi s0, s0, 8
        j    2b
3:      mv   a0, s1
        leave 3
4:      mv   a1, a0
        ld   a0, -8(s0)
        li   a2, 1
        call fail
5:      mv   a0, s2
        li   a1, 1
        call usage

# no_links(): -P, which takes -H and -L back
.Lno_links:
        la   t0, .Lwalk_flags
        ld   t1, 0(t0)
        andi t1, t1, WALK_BELOW
        sd   t1, 0(t0)
        ret

# owner_of(path: a0): --reference
.Lowner_of:
        enter 1, SIZEOF_stat
        mv   s0, a0
        mv   a1, sp
        call stat
        bnez a0, 1f
        li   t1, 1
        la   t0, .Lreference
        sd   t1, 0(t0)
        lwu  t1, stat_st_uid(sp)
        la   t0, .Luser
        sd   t1, 0(t0)
        lwu  t1, stat_st_gid(sp)
        la   t0, .Lgroup
        sd   t1, 0(t0)
        leave 1, SIZEOF_stat
1:      mv   a1, a0
        mv   a0, s0
        li   a2, 1
        call die

# change(path: a0, stat: a1, depth: a2, when: a3) -> a0 = 0, 1
# s0 path, s1 flags of fchownat, s2 old uid, s3 old gid
.Lchange:
        li   t0, WALK_BEFORE
        beq  a3, t0, 6f                 # a directory last: it may be closed to us then
        enter 4, SIZEOF_stat
        mv   s0, a0
        li   s1, AT_SYMLINK_NOFOLLOW
        ld   t0, .Llinks
        bnez t0, 2f
        ld   t0, .Lwalk_flags
        andi t0, t0, WALK_BELOW
        beqz t0, 1f
        ld   t0, .Lwalk_flags           # a walk that enters no links changes links themselves
        andi t0, t0, WALK_FOLLOW | WALK_FOLLOW_NAMED
        beqz t0, 2f
1:      li   s1, 0
2:      mv   a1, s0
        mv   a2, sp
        mv   a3, s1
        li   a0, AT_FDCWD
        call newfstatat
        bnez a0, 4f
        lwu  s2, stat_st_uid(sp)
        lwu  s3, stat_st_gid(sp)
        li   a0, AT_FDCWD
        mv   a1, s0
        ld   a2, .Luser
        ld   a3, .Lgroup
        mv   a4, s1
        call fchownat
        bnez a0, 4f
        mv   a0, s0
        mv   a1, s2
        mv   a2, s3
        call .Lreport
        li   a0, 0
        leave 4, SIZEOF_stat
4:      ld   t0, .Lsilent
        bnez t0, 5f
        mv   a1, a0
        mv   a0, s0
        call warn
5:      li   a0, 1
        leave 4, SIZEOF_stat
6:      li   a0, 0
        ret

# report(path: a0, old uid: a1, old gid: a2): with -v, and with -c when something has changed
.Lreport:
        enter 3
        mv   s0, a0
        mv   s1, a1
        mv   s2, a2
        ld   a1, .Luser
        bgez a1, 1f
        mv   a1, s1
1:      ld   a2, .Lgroup
        bgez a2, 2f
        mv   a2, s2
2:      xor  t0, a1, s1
        xor  t1, a2, s2
        or   t0, t0, t1
        ld   t1, .Lverbose
        bnez t1, 3f
        beqz t0, 5f
        ld   t1, .Lchanges
        beqz t1, 5f
3:      mv   a3, a2
        mv   a2, a1
        la   a0, .Lchanged
        bnez t0, 4f
        la   a0, .Lretained
4:      mv   a1, s0
        mv   a4, s1
        mv   a5, s2
        call printf
5:      leave 3

        .section .rodata
.Lchanged:      .asciz "changed ownership of '%s' to %lu:%lu (was %lu:%lu)\n"
.Lretained:     .asciz "ownership of '%s' retained as %lu:%lu\n"
