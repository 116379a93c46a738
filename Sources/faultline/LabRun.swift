import Lab
import SystemPackage

/// Running this very command again inside the lab.
enum LabRun {
  /// Whether this process runs in the lab already; labs are not nested.
  static var isInside: Bool { EnvironmentVariable.value(Lab.environmentMark) != nil }

  /// `npt=1` or `npt=0`, inside the lab.
  static var mark: String? { EnvironmentVariable.value(Lab.environmentMark) }

  /// Boots the lab and repeats the command line there.
  ///
  /// - Parameter words: what the command line ends with there besides.
  /// - Returns: the command's exit status.
  static func repeatThisCommand(adding words: [String] = []) throws -> Int32 {
    Terminal.tellLab()
    let configuration = try Lab.Configuration()
    let command = [configuration.executable] + CommandLine.arguments.dropFirst() + words
    return try Lab(configuration).run(command)
  }
}
