import Foundation
import TestSupport
import Testing

@testable import Lab

@Suite("Files that arguments name")
struct NamedFilesTests {
  @Test(
    "the texts in an argument that may be paths",
    arguments: [
      ("out.json", ["out.json"]),
      ("--json=out.json", ["--json=out.json", "out.json"]),
      ("of=a=b", ["of=a=b", "a=b"]),
      ("--empty=", ["--empty="]),
      ("", []),
    ])
  func candidates(argument: String, expected: [String]) {
    #expect(NamedFiles.candidates(in: argument) == expected)
  }

  @Test("a path is named when its folder exists; links are followed, repeats dropped")
  func paths() throws {
    let folder = try TemporaryFolder()
    let manager = FileManager.default
    let root = folder.path
    try manager.createDirectory(atPath: "\(root)/real", withIntermediateDirectories: false)
    try manager.createSymbolicLink(atPath: "\(root)/link", withDestinationPath: "real")
    try manager.createSymbolicLink(atPath: "\(root)/later", withDestinationPath: "real/made")
    try Data().write(to: URL(filePath: "\(root)/real/old"))

    let table: [(argument: String, expected: [String])] = [
      ("new.txt", ["\(root)/new.txt"]),
      ("--out=link/new.txt", ["\(root)/--out=link/new.txt", "\(root)/real/new.txt"]),
      ("link/old", ["\(root)/real/old"]),
      ("link", ["\(root)/real"]),
      ("later", ["\(root)/real/made"]),
      ("nowhere/new.txt", []),
      ("\(root)/real/../x y", ["\(root)/x y"]),
      ("real/.", ["\(root)/real"]),
    ]
    for (argument, expected) in table {
      let paths = NamedFiles.paths(in: [argument, argument], directory: root)
      // `--out=link/…` as a whole has a folder `--out=link`, which doesn't exist.
      let possible = expected.filter { !$0.contains("--out=link") }
      #expect(paths == possible, "\(argument)")
    }
  }

  @Test(
    "where a path lies in the upper layers",
    arguments: [
      ("/home/a/b", "root/home/a/b"), ("/", "root/"), ("/dev/shm/x", "shm/x"), ("/dev/shm", "shm"),
      ("/dev/shmem", "root/dev/shmem"),
    ])
  func layers(path: String, expected: String) {
    #expect(FileSender.layer(of: path) == expected)
  }
}
