// printf, the part of it that small programs need (see stdio.h).

#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "output.h"

// Where the characters of one call go, and what is known about the field
// that is being written.
typedef struct {
  int fd;
  int count;
  bool leftAligned, zeroFilled, prefixed;
  int width, precision;
} Formatter;

static void put(Formatter *out, char character) {
  output_character(out->fd, character);
  out->count++;
}

static void fill(Formatter *out, char character, int times) {
  for (; times > 0; times--) {
    put(out, character);
  }
}

// `prefix` (a sign, 0x) stays left of zeros that fill the field.
static void field(Formatter *out, const char *prefix, const char *text, int length) {
  int padding = out->width - length - (int)strlen(prefix);
  if (!out->leftAligned && !out->zeroFilled) {
    fill(out, ' ', padding);
  }
  for (; *prefix; prefix++) {
    put(out, *prefix);
  }
  if (!out->leftAligned && out->zeroFilled) {
    fill(out, '0', padding);
  }
  for (int i = 0; i < length; i++) {
    put(out, text[i]);
  }
  if (out->leftAligned) {
    fill(out, ' ', padding);
  }
}

static void number(
    Formatter *out, unsigned long long value, unsigned base, const char *digits,
    const char *prefix) {
  char text[20];  // 2^64 - 1 has 20 decimal digits
  int start = sizeof text;
  do {
    text[--start] = digits[value % base];
    value /= base;
  } while (value != 0);
  field(out, prefix, text + start, (int)sizeof text - start);
}

static void string(Formatter *out, const char *text) {
  text = text ? text : "(null)";
  int length = 0;
  while (text[length] && (out->precision < 0 || length < out->precision)) {
    length++;
  }
  out->zeroFilled = false;
  field(out, "", text, length);
}

static unsigned long long unsignedArgument(va_list *arguments, int longs) {
  return longs == 2 ? va_arg(*arguments, unsigned long long) : va_arg(*arguments, unsigned long);
}

static long long signedArgument(va_list *arguments, int longs) {
  return longs == 2 ? va_arg(*arguments, long long) : va_arg(*arguments, long);
}

static int decimal(const char **format, va_list *arguments) {
  if (**format == '*') {
    (*format)++;
    return va_arg(*arguments, int);
  }
  int value = 0;
  while (**format >= '0' && **format <= '9') {
    value = value * 10 + *(*format)++ - '0';
  }
  return value;
}

// One conversion, `format` being after its percent sign; returns what follows.
static const char *conversion(Formatter *out, const char *format, va_list *arguments) {
  static const char lower[] = "0123456789abcdef", upper[] = "0123456789ABCDEF";
  out->leftAligned = out->zeroFilled = out->prefixed = false;
  out->precision = -1;
  for (;; format++) {
    if (*format == '-') {
      out->leftAligned = true;
    } else if (*format == '0') {
      out->zeroFilled = true;
    } else if (*format == '#') {
      out->prefixed = true;
    } else {
      break;
    }
  }
  out->width = decimal(&format, arguments);
  if (*format == '.') {
    format++;
    out->precision = decimal(&format, arguments);
  }
  int longs = 0;
  for (; *format == 'l' || *format == 'z'; format++) {
    longs++;
  }
  switch (*format) {
    case 'd':
    case 'i': {
      long long value = signedArgument(arguments, longs);
      unsigned long long magnitude = (unsigned long long)value;
      if (value < 0) {
        magnitude = 0 - magnitude;
      }
      number(out, magnitude, 10, lower, value < 0 ? "-" : "");
      break;
    }
    case 'u':
      number(out, unsignedArgument(arguments, longs), 10, lower, "");
      break;
    case 'x':
      number(out, unsignedArgument(arguments, longs), 16, lower, out->prefixed ? "0x" : "");
      break;
    case 'X':
      number(out, unsignedArgument(arguments, longs), 16, upper, out->prefixed ? "0X" : "");
      break;
    case 'p':
      number(out, (uint32_t)va_arg(*arguments, void *), 16, lower, "0x");
      break;
    case 'c': {
      char character = (char)va_arg(*arguments, int);
      out->zeroFilled = false;
      field(out, "", &character, 1);
      break;
    }
    case 's':
      string(out, va_arg(*arguments, const char *));
      break;
    case '%':
      put(out, '%');
      break;
    case '\0':
      return format;
    default:  // not understood: shown as it stands
      put(out, '%');
      put(out, *format);
  }
  return format + 1;
}

static int formatted(int fd, const char *format, va_list *arguments) {
  Formatter out = {.fd = fd};
  while (*format) {
    if (*format == '%') {
      format = conversion(&out, format + 1, arguments);
    } else {
      put(&out, *format++);
    }
  }
  output_end_of_call(fd);
  return out.count;
}

int printf(const char *format, ...) {
  va_list arguments;
  va_start(arguments, format);
  int count = formatted(1, format, &arguments);
  va_end(arguments);
  return count;
}

int dprintf(int fd, const char *format, ...) {
  va_list arguments;
  va_start(arguments, format);
  int count = formatted(fd, format, &arguments);
  va_end(arguments);
  return count;
}

int vdprintf(int fd, const char *format, va_list arguments) {
  va_list copy;
  va_copy(copy, arguments);
  int count = formatted(fd, format, &copy);
  va_end(copy);
  return count;
}
