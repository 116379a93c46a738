import ArgumentParser
import Report

/// `faultline inspect`: what a program or an image is, without running it.
struct InspectCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "inspect",
    abstract: "Shows what a program or an image would be in memory, without running it.",
    discussion: """
      Needs no KVM. FILE is an ELF program or a YAML manifest by path, or a shipped program by its \
      name.

      Examples:
        faultline inspect hello
        faultline inspect --symbols ./my-program
        faultline inspect my-image.yaml

      Exit code: 0; 64 usage; 65 bad program or manifest; 66 no such file.
      """)

  @Flag(help: "List a program's symbols.")
  var symbols = false

  @Argument(help: "A program or manifest by path, or a shipped program's name.")
  var file: String

  func run() throws {
    try Failure.reporting {
      let target = try Target(file, arguments: [], isSystem: false)
      let style = TextStyle(isTerminal: Terminal.isThere(1))
      if let manifest = target.manifest {
        print(ImageInspection(manifest, target.programs, style: style).text)
      } else {
        for program in target.programs {
          print(ProgramInspection(program, style: style).text(withSymbols: symbols))
        }
      }
    }
  }
}
