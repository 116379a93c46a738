// Between the formatter and the lines it fills.

#ifndef OUTPUT_H
#define OUTPUT_H

void output_character(int fd, char character);
void output_end_of_call(int fd);

#endif
