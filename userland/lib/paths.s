# System calls on paths under their classic names: the kernel has only the "at" forms, relative to a directory's
# descriptor; AT_FDCWD makes that the working directory. All return the kernel's result, -errno on failure.
        .include "abi.s"
        .text

# open(path: a0, flags: a1, mode: a2) -> a0 = descriptor
        .globl open
open:
        mv a3, a2
        mv a2, a1
        mv a1, a0
        li a0, AT_FDCWD
        j openat

# creat(path: a0, mode: a1) -> a0 = descriptor, for writing, of a file that is now empty
        .globl creat
creat:
        mv a3, a1
        li a2, O_WRONLY | O_CREAT | O_TRUNC
        mv a1, a0
        li a0, AT_FDCWD
        j openat

# unlink(path: a0)
        .globl unlink
unlink:
        li a2, 0
        mv a1, a0
        li a0, AT_FDCWD
        j unlinkat

# rmdir(path: a0)
        .globl rmdir
rmdir:
        li a2, AT_REMOVEDIR
        mv a1, a0
        li a0, AT_FDCWD
        j unlinkat

# mkdir(path: a0, mode: a1)
        .globl mkdir
mkdir:
        mv a2, a1
        mv a1, a0
        li a0, AT_FDCWD
        j mkdirat

# chmod(path: a0, mode: a1)
        .globl chmod
chmod:
        mv a2, a1
        mv a1, a0
        li a0, AT_FDCWD
        j fchmodat

# access(path: a0, mode: a1)
        .globl access
access:
        mv a2, a1
        mv a1, a0
        li a0, AT_FDCWD
        j faccessat

# stat(path: a0, buffer: a1, SIZEOF_stat bytes): of what a symbolic link names
        .globl stat
stat:
        li a3, 0
        mv a2, a1
        mv a1, a0
        li a0, AT_FDCWD
        j newfstatat

# lstat(path: a0, buffer: a1): of a symbolic link itself
        .globl lstat
lstat:
        li a3, AT_SYMLINK_NOFOLLOW
        mv a2, a1
        mv a1, a0
        li a0, AT_FDCWD
        j newfstatat

# rename(old: a0, new: a1)
        .globl rename
rename:
        li a4, 0
        mv a3, a1
        li a2, AT_FDCWD
        mv a1, a0
        li a0, AT_FDCWD
        j renameat2

# link(old: a0, new: a1)
        .globl link
link:
        li a4, 0
        mv a3, a1
        li a2, AT_FDCWD
        mv a1, a0
        li a0, AT_FDCWD
        j linkat

# symlink(target: a0, path: a1)
        .globl symlink
symlink:
        mv a2, a1
        li a1, AT_FDCWD
        j symlinkat

# readlink(path: a0, buffer: a1, size: a2) -> a0 = length; no NUL is added
        .globl readlink
readlink:
        mv a3, a2
        mv a2, a1
        mv a1, a0
        li a0, AT_FDCWD
        j readlinkat
