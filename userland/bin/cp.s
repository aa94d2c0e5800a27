# cp: copies files.
#
# usage: cp [-adflLnpPrRsTuvx] SOURCE TARGET      cp [OPTIONS] SOURCE... DIRECTORY      cp [OPTIONS] -t DIRECTORY SOURCE...
#   -r, -R  directories with all that is below them; symbolic links as links
#   -p  keeps permissions, owner and times    -d  links as links, and names of one file as such    -a  all of that: -dpR
#   -L -P  what links name, links themselves    -f  removes a target that cannot be written, and tries again
#   -n  keeps what is there    -u  copies what is newer    -l -s  makes links, symbolic links, not copies
#   -x  this file system only    -T  TARGET is no directory to copy into    -v  says what it copies
# exit status: 0; 1 when something could not be copied
        .include "abi.s"
        .include "library.s"
        .include "frame.s"
        .include "option-table.s"
        .equ UNSAID, 0
        .equ FOLLOW, 1
        .equ NO_FOLLOW, 2

        option_table table, usage_text, 1
        flag 'r', "recursive", flags, COPY_RECURSIVE
        flag 'R', "", flags, COPY_RECURSIVE
        flag 'p', "", flags, COPY_PRESERVE
        flag 0, "preserve", flags, COPY_PRESERVE
        flag 'f', "force", flags, COPY_FORCE
        flag 'u', "update", flags, COPY_UPDATE
        flag 'n', "no-clobber", flags, COPY_KEEP
        flag 'l', "link", flags, COPY_BY_LINK
        flag 's', "symbolic-link", flags, COPY_BY_SYMLINK
        flag 'x', "one-file-system", flags, COPY_ONE_DEVICE
        flag 'v', "verbose", flags, COPY_VERBOSE
        choice 'L', "dereference", links, FOLLOW
        choice 'P', "no-dereference", links, NO_FOLLOW
        call_for 'd', "", no_dereference
        call_for 'a', "archive", archive
        argument 't', "target-directory", directory
        flag 'T', "no-target-directory", into, INTO_NO_DIRECTORY
        option_end

        .data
        .balign 8
flags:          .dword 0
links:          .dword UNSAID
directory:      .dword 0
into:           .dword 0

        .text
        .globl main
main:
        enter 0
        la   a2, table
        call parse_options
        la   t0, flags                  # links are followed, but with -r; -L and -P are clear
        ld   t1, 0(t0)
        ld   t2, links
        li   t3, FOLLOW
        beq  t2, t3, 2f
        bnez t2, 1f
        andi t2, t1, COPY_RECURSIVE
        beqz t2, 2f
        andi t2, t1, COPY_BY_LINK       # other names are made of what links name
        bnez t2, 2f
1:      ori  t1, t1, COPY_LINKS
        sd   t1, 0(t0)
2:      ld   a2, directory
        ld   a3, into
        la   a4, copy
        call each_source
        bltz a0, 3f
        leave 0
3:      la   a0, usage_text
        li   a1, 1
        call usage

archive:
        li   t1, COPY_RECURSIVE | COPY_PRESERVE | COPY_HARD_LINKS
        j    1f
no_dereference:
        li   t1, COPY_HARD_LINKS
1:      la   t0, flags
        ld   t2, 0(t0)
        or   t2, t2, t1
        sd   t2, 0(t0)
        la   t0, links
        li   t1, NO_FOLLOW
        sd   t1, 0(t0)
        ret

# copy(source: a0, path of the target: a1) -> a0 = 0 or 1
copy:
        ld   a2, flags
        j    copy_tree

        .section .rodata
usage_text:     .asciz "cp [-adflLnpPrRsTuvx] [-t DIRECTORY] SOURCE TARGET | SOURCE... DIRECTORY"
