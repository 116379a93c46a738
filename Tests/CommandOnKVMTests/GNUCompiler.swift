import Foundation
import TestSupport

/// Another compiler than the toolchain's: what comes out of it must run the same.
enum GNUCompiler {
  /// Compiles a program for i386 without any library.
  ///
  /// - Parameters:
  ///   - source: its text.
  ///   - language: `c`, or `assembler`.
  ///   - name: what to call it.
  ///   - folder: where to put it.
  ///   - options: more options and inputs.
  /// - Returns: the program's path.
  static func build(
    _ source: String, language: String = "c", as name: String, in folder: TemporaryFolder,
    _ options: [String] = []
  ) throws -> String {
    let file = try folder.write("\(name).\(language == "c" ? "c" : "s")", source)
    let program = "\(folder.path)/\(name)"
    let gcc = Process()
    let messages = Pipe()
    gcc.executableURL = URL(filePath: "/usr/bin/gcc")
    gcc.arguments =
      ["-m32", "-static", "-nostdlib", "-ffreestanding", "-fno-pic", "-no-pie", "-Wall", "-Werror"]
      + ["-fno-stack-protector", "-fno-asynchronous-unwind-tables", "-Wl,--build-id=none", "-O1"]
      + ["-x", language, file, "-x", "none", "-o", program] + options
    gcc.standardError = messages
    try gcc.run()
    let text = messages.fileHandleForReading.readDataToEndOfFile()
    gcc.waitUntilExit()
    guard gcc.terminationStatus == 0 else {
      throw Failure(messages: String(decoding: text, as: UTF8.self))
    }
    return program
  }

  struct Failure: Error { let messages: String }
}
