# Structures and constants of the runtime library (the kernel's are in abi.s).
# Include it where a field is touched; calling functions needs no include.

# A vector of words that grows. All zero bytes are an empty vector: 24 bytes of .bss or of a zeroed stack frame will do.
.equ vector_data, 0                     # address of the words, 0 while the vector is empty
.equ vector_count, 8                    # words in use
.equ vector_capacity, 16                # words allocated
.equ SIZEOF_vector, 24

# A text that grows. All zero bytes are an empty buffer.
.equ buffer_data, 0                     # address of the bytes, 0 at first
.equ buffer_length, 8
.equ buffer_capacity, 16
.equ SIZEOF_buffer, 24

# A reader of lines, made by reader_open.
.equ reader_fd, 0
.equ reader_position, 8                 # address of the next byte
.equ reader_end, 16                     # address after the last byte
.equ reader_block, 24                   # address of the block
.equ reader_chunk, 32                   # bytes asked of each read(2), 1 ... READER_BLOCK
.equ reader_error, 40                   # 0, or the -errno that ended the input
.equ reader_line, 48                    # a buffer: the line handed out last
.equ SIZEOF_reader, 48 + SIZEOF_buffer
.equ READER_BLOCK, 4096

# A calendar date, made by gmtime: eight words.
.equ tm_sec, 0                          # 0 ... 60
.equ tm_min, 8
.equ tm_hour, 16
.equ tm_mday, 24                        # 1 ... 31
.equ tm_mon, 32                         # 0 ... 11
.equ tm_year, 40                        # the full year, 2026
.equ tm_wday, 48                        # 0 is Sunday
.equ tm_yday, 56                        # 0 ... 365
.equ SIZEOF_tm, 64

# fnmatch
.equ FNM_NOMATCH, 1
.equ FNM_PATHNAME, 1                    # a slash matches a slash only
.equ FNM_NOESCAPE, 2
.equ FNM_PERIOD, 4                      # a leading period matches a period only
.equ FNM_CASEFOLD, 16

# getopt returns this for --help
.equ OPTION_HELP, 256

# copy_tree: flags
.equ COPY_RECURSIVE, 1
.equ COPY_PRESERVE, 2
.equ COPY_FORCE, 4
