# ln: gives a file another name.
#
# usage: ln [-fLnPsTv] TARGET [NAME]      ln [-fLnPsv] TARGET... DIRECTORY      ln [-fLnPsv] -t DIRECTORY TARGET...
#   -s  a symbolic link: a file that holds the text TARGET    -f  replaces what has the name    -v  says what it makes
#   -n  a NAME that is a link to a directory is replaced, not used as the directory    -T  likewise any directory
#   -L -P  of a TARGET that is a link: what it names, itself (the default)
# exit status: 0; 1 when a link could not be made
        .include "abi.s"
        .include "library.s"
        .include "frame.s"
        .include "option-table.s"
        .equ NUMBER_ROOM, 32            # of a name: ".ln-" and a number

        option_table table, usage_text, 1
        flag 's', "symbolic", symbolic, 1
        flag 'f', "force", force, 1
        flag 'v', "verbose", verbose, 1
        flag 'n', "no-dereference", into, INTO_NO_LINK
        flag 'T', "no-target-directory", into, INTO_NO_DIRECTORY
        choice 'L', "logical", follow, AT_SYMLINK_FOLLOW
        choice 'P', "physical", follow, 0
        argument 't', "target-directory", directory
        option_end

        .data
        .balign 8
symbolic:       .dword 0
force:          .dword 0
verbose:        .dword 0
into:           .dword 0
follow:         .dword 0
directory:      .dword 0
here:           .dword 0, 0             # the operands when there is only one: into the working directory

        .text
        .globl main
main:
        enter 0
        la   a2, table
        call parse_options
        ld   a2, directory
        bnez a2, 1f
        li   t0, 1
        bne  a1, t0, 1f
        ld   t1, 0(a0)
        la   a0, here
        sd   t1, 0(a0)
        li   a1, 0
        la   a2, dot
1:      ld   a3, into
        la   a4, make
        call each_source
        bltz a0, 2f
        leave 0
2:      la   a0, usage_text
        li   a1, 1
        call usage

# make(target: a0, name: a1) -> a0 = 0 or 1
# s0 target, s1 name
make:
        enter 2
        mv   s0, a0
        mv   s1, a1
        mv   a0, s1
        call put
        li   t0, -EEXIST
        bne  a0, t0, 3f
        ld   t0, force
        beqz t0, 3f
        call is_same_name
        la   a1, same
        bnez a0, 5f
        call replace
3:      beqz a0, 4f
        mv   a1, a0
        mv   a0, s1
        call warn
        li   a0, 1
        leave 2
4:      ld   t0, verbose
        beqz t0, 6f
        la   a0, made
        ld   t0, symbolic
        bnez t0, 7f
        la   a0, made_hard
7:      mv   a1, s1
        mv   a2, s0
        call printf
        li   a0, 0
6:      leave 2
5:      mv   a0, s1
        call complain
        li   a0, 1
        leave 2

# put(name: a0) -> a0 = 0 or -errno. The link to s0
put:
        ld   t0, symbolic
        mv   a1, a0
        mv   a0, s0
        beqz t0, 1f
        j    symlink
1:      mv   a3, a1
        mv   a1, s0
        li   a0, AT_FDCWD
        li   a2, AT_FDCWD
        ld   a4, follow
        j    linkat

# replace() -> a0 = 0 or -errno. The link to s0 takes the place of what is called s1, which stays when there can be none
# s2 a name beside it, s3 result, s4 number in that name, s5 length of what is before the last part of s1
replace:
        enter 6
        mv   a0, s1
        call strlen
        addi a0, a0, NUMBER_ROOM
        call xmalloc
        mv   s2, a0
        mv   a0, s1
        call basename
        sub  s5, a0, s1
        call getpid
        mv   s4, a0
1:      mv   a0, s2
        la   a1, beside
        mv   a2, s5
        mv   a3, s1
        mv   a4, s4
        call sprintf
        mv   a0, s2
        call put
        mv   s3, a0
        addi s4, s4, 1
        li   t0, -EEXIST                # somebody's file
        beq  a0, t0, 1b
        bnez a0, 2f
        mv   a0, s2
        mv   a1, s1
        call rename
        mv   s3, a0
        mv   a0, s2                     # still there when that failed, or when both are names of one file
        call unlink
2:      mv   a0, s2
        call free
        mv   a0, s3
        leave 6

# is_same_name() -> a0 = 1 when a link s1 would replace its own target s0
# s2 path of the target, s3 of the name
is_same_name:
        enter 4, SIZEOF_stat
        mv   a0, s0
        mv   a1, sp
        call lstat
        bnez a0, 2f                     # of symbolic links only: it need not be there
        mv   a0, s0
        li   a1, REAL_BUT_LAST
        call realpath
        mv   s2, a0
        mv   a0, s1
        li   a1, REAL_BUT_LAST
        call realpath
        mv   s3, a0
        bltz s2, 2f
        bltz s3, 2f
        mv   a1, s2
        call strcmp
        seqz a0, a0
        j    3f
2:      li   a0, 0
3:      leave 4, SIZEOF_stat

        .section .rodata
dot:            .asciz "."
beside:         .asciz "%.*s.ln-%ld"
same:           .asciz "the name is the file's own"
made:           .asciz "'%s' -> '%s'\n"
made_hard:      .asciz "'%s' => '%s'\n"
usage_text:     .asciz "ln [-fLnPsTv] [-t DIRECTORY] TARGET [NAME] | TARGET... DIRECTORY"
