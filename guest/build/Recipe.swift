import Foundation
import PackagePlugin

/// One file that is shipped, and the steps that make it.
///
/// The steps are one build command, run by the shell: whatever a build command
/// declares as output SwiftPM ships as a resource, and the objects between the
/// steps should not be.
struct Recipe {
  /// A program and its arguments.
  typealias Step = [String]

  let product: URL
  let inputs: [URL]
  let steps: [Step]

  var command: Command {
    .buildCommand(
      displayName: "Building guest/\(product.lastPathComponent)",
      executable: URL(filePath: "/bin/sh"),
      arguments: ["-c", steps.map(Self.quoted).joined(separator: " && ")],
      inputFiles: inputs,
      outputFiles: [product])
  }

  private static func quoted(_ step: Step) -> String {
    step.map { "'" + $0.replacing("'", with: "'\\''") + "'" }.joined(separator: " ")
  }
}
