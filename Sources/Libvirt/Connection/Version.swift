internal import CLibvirt

/// A version as libvirt counts: three numbers.
package struct Version: Sendable, Hashable, Comparable, CustomStringConvertible {
  /// The first number.
  package let major: UInt
  /// The second number, below 1000.
  package let minor: UInt
  /// The third number, below 1000.
  package let release: UInt

  /// Makes a version from its parts.
  package init(major: UInt, minor: UInt, release: UInt) {
    self.major = major
    self.minor = minor
    self.release = release
  }

  /// Takes libvirt's single number apart: 1 000 000 × major + 1000 × minor + release.
  package init(packed: UInt) {
    self.init(major: packed / 1_000_000, minor: packed / 1000 % 1000, release: packed % 1000)
  }

  /// Orders by major, then minor, then release.
  package static func < (left: Version, right: Version) -> Bool {
    (left.major, left.minor, left.release) < (right.major, right.minor, right.release)
  }

  /// The three numbers with points between them.
  package var description: String { "\(major).\(minor).\(release)" }

  /// The version of the libvirt client library in this process.
  package static func ofClientLibrary() throws -> Version {
    var packed: UInt = 0
    // SAFETY: fills the one number; no driver is asked for.
    try unsafe ReturnCode.check(virGetVersion(&packed, nil, nil), "virGetVersion")
    return Version(packed: packed)
  }
}
