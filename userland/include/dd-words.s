# Between the files of dd: bits of `conversions` and `flags`.
.equ CONV_NOTRUNC, 1
.equ CONV_SYNC, 2
.equ CONV_NOERROR, 4
.equ CONV_FSYNC, 8
.equ CONV_FDATASYNC, 0x10
.equ CONV_EXCL, 0x20
.equ CONV_NOCREAT, 0x40
.equ CONV_SWAB, 0x80
.equ CONV_LCASE, 0x100
.equ CONV_UCASE, 0x200
.equ CONV_SPARSE, 0x400

.equ FULLBLOCK, 1                       # flags that are no open flags
.equ COUNT_BYTES, 2
.equ SKIP_BYTES, 4
.equ SEEK_BYTES, 8

.equ STATUS_ALL, 0
.equ STATUS_PROGRESS, 1
.equ STATUS_NOXFER, 2
.equ STATUS_NONE, 3

# The words of `counts`
.equ IN_FULL, 0
.equ IN_PART, 8
.equ OUT_FULL, 16
.equ OUT_PART, 24
.equ BYTES, 32
.equ SIZEOF_counts, 40
