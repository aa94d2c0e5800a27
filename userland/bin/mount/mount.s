# mount: puts a file system at a directory, or shows what is mounted.
#
# usage: mount [-l] [-t TYPES]                                     what is mounted
#        mount [-frvw] [-t TYPE] [-o OPTIONS] SOURCE DIRECTORY
#        mount [-frvw] [-o OPTIONS] SOURCE | DIRECTORY             the rest is in /etc/fstab
#        mount -a [-fv] [-t TYPES] [-O OPTIONS]                    all of /etc/fstab but what is mounted, or noauto
#        mount -o remount,OPTIONS DIRECTORY                        new options for what is mounted there
#        mount --bind | --rbind | --move OLD NEW                   also -B, -R, -M
#   -t  the type, or several (a,b; noa,b: all but these); without it what /proc/filesystems has for devices is tried
#   -o  options with commas between: ro rw nosuid suid nodev dev noexec exec sync async noatime atime remount ...; what
#       mount does not know is for the file system to understand    -r  ro    -w  rw    -f  all but the mounting    -v  says so
# exit status: 0; 1 for bad arguments, and what /etc/fstab has not; 32 when nothing was mounted; 64 when some of -a was not
        .include "abi.s"
        .include "library.s"
        .include "frame.s"
        .include "option-table.s"
        .include "mount-command.s"

        option_table table, usage_text, BAD_USAGE
        flag 'a', "all", all, 1
        flag 'f', "fake", fake, 1
        flag 'v', "verbose", verbose, 1
        flag 'l', "show-labels", labels, 1
        flag 'n', "no-mtab", labels, 1
        call_for 'r', "read-only", read_only
        call_for 'w', "rw", read_write
        call_for 'B', "bind", bind
        call_for 'R', "rbind", rbind
        call_for 'M', "move", move
        argument 't', "types", types
        argument 'O', "test-opts", tested
        action 'o', "options", add_options
        argument 0, "source", source_named
        argument 0, "target", target_named
        option_end

        .data
        .balign 8
all:            .dword 0
labels:         .dword 0                # accepted: there are none to show, and there is no mtab
types:          .dword 0                # the list of -t, or 0
tested:         .dword 0                # the list of -O, or 0
source_named:   .dword 0
target_named:   .dword 0
        .globl fake, verbose
fake:           .dword 0
verbose:        .dword 0

        .bss
        .balign 8
        .globl options_text
options_text:   .zero SIZEOF_buffer     # what -o, -r and so on say together
mounted:        .zero SIZEOF_vector     # /proc/self/mounts
listed:         .zero SIZEOF_vector     # /etc/fstab

        .text
# s0 operands, s1 how many
        .globl main
main:
        enter 2
        la   a2, table
        call parse_options
        mv   s0, a0
        mv   s1, a1
        ld   a0, source_named           # --source and --target stand for operands
        beqz a0, 1f
        ld   a1, target_named
        beqz a1, 1f
        ld   a2, types
        call given
        leave 2
1:      ld   t0, all
        bnez t0, 2f
        beqz s1, 3f
        li   t0, 2
        bgtu s1, t0, 4f
        ld   a0, 0(s0)
        ld   a1, 8(s0)
        ld   a2, types
        bnez a1, 5f
        call one_name
        leave 2
5:      call given
        leave 2
2:      bnez s1, 4f
        call mount_all
        leave 2
3:      ld   t0, options_text+buffer_length
        bnez t0, 4f
        call show
        leave 2
4:      la   a0, usage_text
        li   a1, BAD_USAGE
        call usage

# -- options
read_only:
        la   a0, ro_word
        j    add_options
read_write:
        la   a0, rw_word
        j    add_options
bind:   la   a0, bind_word
        j    add_options
rbind:  la   a0, rbind_word
        j    add_options
move:   la   a0, move_word
        # fall through

# add_options(text: a0)
add_options:
        enter 1
        mv   s0, a0
        ld   t0, options_text+buffer_length
        beqz t0, 1f
        la   a0, options_text
        li   a1, ','
        call buffer_put
1:      la   a0, options_text
        mv   a1, s0
        call buffer_append_string
        leave 1

# given(source: a0, directory: a1, type: a2 or 0) -> a0 = status: with the options of the command line
given:
        enter 3
        mv   s0, a0
        mv   s1, a1
        mv   s2, a2
        la   a0, options_text
        call buffer_string
        mv   a3, a0
        mv   a0, s0
        mv   a1, s1
        mv   a2, s2
        call mount_one
        leave 3

# load(path: a0, vector: a1)
load:
        enter 1
        mv   s0, a0
        call read_mounts
        beqz a0, 1f
        mv   a1, a0
        mv   a0, s0
        li   a2, BAD_USAGE
        call die
1:      leave 1

# -- what is mounted

# show() -> a0 = 0
# s0 next entry, s1 entries left
show:
        enter 2
        la   a0, proc_mounts
        la   a1, mounted
        call load
        ld   s0, mounted+vector_data
        ld   s1, mounted+vector_count
1:      beqz s1, 2f
        ld   t0, 0(s0)
        addi s0, s0, 8
        addi s1, s1, -1
        ld   a0, mount_type(t0)
        ld   a1, types
        call type_wanted
        beqz a0, 1b
        ld   t0, -8(s0)
        la   a0, line
        ld   a1, mount_source(t0)
        ld   a2, mount_directory(t0)
        ld   a3, mount_type(t0)
        ld   a4, mount_options(t0)
        call printf
        j    1b
2:      li   a0, 0
        leave 2

# -- /etc/fstab

# one_name(name: a0) -> a0 = status. A source or a directory; the rest is looked up: in /etc/fstab, for a remount in
# /proc/self/mounts if it is not there.
# s0 name, s1 its path from the root, s2 entry, s3 remount?
one_name:
        enter 4
        mv   s0, a0
        li   a1, REAL_NONE
        call realpath
        mv   s1, a0
        bgez a0, 1f
        mv   s1, s0
1:      la   a0, options_text
        call buffer_string
        la   a1, remount_word
        call has_word
        mv   s3, a0
        la   a0, fstab
        la   a1, listed
        beqz s3, 2f
        call read_mounts                # need not be there
        j    3f
2:      call load
3:      la   a0, listed
        mv   a1, s0
        mv   a2, s1
        call find
        mv   s2, a0
        bnez a0, 4f
        beqz s3, 5f
        la   a0, proc_mounts
        la   a1, mounted
        call load
        la   a0, mounted
        mv   a1, s0
        mv   a2, s1
        call find
        mv   s2, a0
        beqz a0, 6f
4:      mv   a0, s2
        call mount_entry
        leave 4
5:      la   a1, not_listed
        j    7f
6:      la   a1, not_mounted
7:      mv   a0, s0
        li   a2, BAD_USAGE
        call fail

# find(vector: a0, name: a1, path: a2) -> a0 = the last entry whose directory, or else whose source, it is; or 0
# s0 vector, s1 name, s2 path, s3 index, s4 by source
find:
        enter 6
        mv   s0, a0
        mv   s1, a1
        mv   s2, a2
        li   s4, 0
1:      ld   s3, vector_count(s0)
2:      beqz s3, 4f
        addi s3, s3, -1
        ld   t0, vector_data(s0)
        slli t1, s3, 3
        add  t0, t0, t1
        ld   s5, 0(t0)
        ld   a0, mount_directory(s5)
        beqz s4, 3f
        ld   a0, mount_source(s5)
        mv   a1, s1
        call strcmp
        beqz a0, 5f
        ld   a0, mount_source(s5)
3:      mv   a1, s2
        call strcmp
        bnez a0, 2b
5:      mv   a0, s5
        leave 6
4:      addi s4, s4, 1
        li   t0, 2
        bltu s4, t0, 1b
        li   a0, 0
        leave 6

# mount_entry(entry: a0) -> a0 = status: its options, then those of the command line
# s0 entry, the options' text at 0(sp)
mount_entry:
        enter 1, SIZEOF_buffer
        mv   s0, a0
        sd   zero, buffer_data(sp)
        sd   zero, buffer_length(sp)
        sd   zero, buffer_capacity(sp)
        mv   a0, sp
        ld   a1, mount_options(s0)
        call buffer_append_string
        ld   t0, options_text+buffer_length
        beqz t0, 1f
        mv   a0, sp
        li   a1, ','
        call buffer_put
        la   a0, options_text
        call buffer_string
        mv   a1, a0
        mv   a0, sp
        call buffer_append_string
1:      mv   a0, sp
        call buffer_string
        mv   a3, a0
        ld   a0, mount_source(s0)
        ld   a1, mount_directory(s0)
        ld   a2, mount_type(s0)
        call mount_one
        mv   s0, a0
        mv   a0, sp
        call buffer_free
        mv   a0, s0
        leave 1, SIZEOF_buffer

# mount_all() -> a0 = status
# s0 next entry, s1 entries left, s2 how many were mounted, s3 how many not
mount_all:
        enter 5
        la   a0, fstab
        la   a1, listed
        call load
        la   a0, proc_mounts
        la   a1, mounted
        call load
        ld   s0, listed+vector_data
        ld   s1, listed+vector_count
        li   s2, 0
        li   s3, 0
1:      beqz s1, 3f
        ld   s4, 0(s0)
        addi s0, s0, 8
        addi s1, s1, -1
        mv   a0, s4
        call is_due
        beqz a0, 1b
        mv   a0, s4
        call mount_entry
        beqz a0, 2f
        addi s3, s3, 1
        j    1b
2:      addi s2, s2, 1
        j    1b
3:      li   a0, 0
        beqz s3, 4f
        li   a0, NOTHING_MOUNTED
        beqz s2, 4f
        li   a0, SOME_MOUNTED
4:      leave 5

# is_due(entry: a0) -> a0 = 1 when -a means it
is_due:
        enter 1
        mv   s0, a0
        ld   a0, mount_directory(s0)
        lbu  t0, 0(a0)
        li   t1, '/'
        bne  t0, t1, 1f                 # "none", of swap areas
        ld   a0, mount_type(s0)
        la   a1, swap_word
        call strcmp
        beqz a0, 1f
        ld   a0, mount_options(s0)
        la   a1, noauto_word
        call has_word
        bnez a0, 1f
        ld   a0, mount_type(s0)
        ld   a1, types
        call type_wanted
        beqz a0, 1f
        ld   a1, tested
        beqz a1, 2f
        ld   a0, mount_options(s0)
        call has_word
        beqz a0, 1f
2:      mv   a0, s0
        call is_mounted
        xori a0, a0, 1
        leave 1
1:      li   a0, 0
        leave 1

# is_mounted(entry: a0) -> a0 = 1 when its directory has that source, or a file system of that type; the root always has
# s0 entry, s1 next, s2 left
is_mounted:
        enter 4
        mv   s0, a0
        ld   s1, mounted+vector_data
        ld   s2, mounted+vector_count
1:      li   a0, 0
        beqz s2, 3f
        ld   s3, 0(s1)
        addi s1, s1, 8
        addi s2, s2, -1
        ld   a0, mount_directory(s0)
        ld   a1, mount_directory(s3)
        call strcmp
        bnez a0, 1b
        ld   t0, mount_directory(s0)
        lbu  t0, 1(t0)
        beqz t0, 2f
        ld   a0, mount_source(s0)
        ld   a1, mount_source(s3)
        call strcmp
        beqz a0, 2f
        ld   a0, mount_type(s0)
        ld   a1, mount_type(s3)
        call strcmp
        bnez a0, 1b
2:      li   a0, 1
3:      leave 4

        .section .rodata
proc_mounts:    .asciz "/proc/self/mounts"
fstab:          .asciz "/etc/fstab"
line:           .asciz "%s on %s type %s (%s)\n"
ro_word:        .asciz "ro"
rw_word:        .asciz "rw"
bind_word:      .asciz "bind"
rbind_word:     .asciz "rbind"
move_word:      .asciz "move"
remount_word:   .asciz "remount"
swap_word:      .asciz "swap"
noauto_word:    .asciz "noauto"
not_listed:     .asciz "can't find in /etc/fstab."
not_mounted:    .asciz "mount point not mounted or bad option."
usage_text:     .asciz "mount [-afrvwBMR] [-t TYPE] [-o OPTIONS] [SOURCE] [DIRECTORY]"
