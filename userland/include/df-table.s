# Between the files of df: the columns of its table.
.equ SOURCE, 0
.equ TYPE, 1
.equ SIZE, 2
.equ USED, 3
.equ AVAILABLE, 4
.equ PERCENT, 5
.equ TARGET, 6
.equ COLUMNS, 7
.equ SIZEOF_line, 8 * COLUMNS           # a line: the texts of its columns
