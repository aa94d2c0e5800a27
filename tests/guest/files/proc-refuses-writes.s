# Files of /proc that take no bytes: those of the system say EIO, those of a process EINVAL, as on Linux.
#: only it opens files of root for writing
#: stdout /proc/version: EIO
#: stdout nothing: EIO
#: stdout /proc/meminfo: EIO
#: stdout nothing: EIO
#: stdout /proc/swaps: EIO
#: stdout nothing: EIO
#: stdout /proc/self/maps: EINVAL
#: stdout nothing: EINVAL
#: stdout /proc/self/stat: EINVAL
#: stdout nothing: EINVAL
#: stdout a setting to be read cannot be opened: EACCES
        .include "../show.s"
        .text
        .globl main
.macro refuse path
        string path\@, "\path"
        la   a0, path\@
        li   a1, O_WRONLY
        call open
        mv   s0, a0
        la   a1, path\@
        li   a2, 1
        call write
        show "\path"
        mv   a0, s0
        la   a1, path\@
        li   a2, 0
        call write
        show "nothing"
.endm
main:   refuse /proc/version
        refuse /proc/meminfo
        refuse /proc/swaps
        refuse /proc/self/maps
        refuse /proc/self/stat
        string setting, "/proc/sys/kernel/ostype"
        la   a0, setting
        li   a1, O_WRONLY
        call open
        show "a setting to be read cannot be opened"
        li   a0, 0
        call exit
