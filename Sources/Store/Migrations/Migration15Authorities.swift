/// Which authority issued a certificate: while one takes the place of another, it is asked who has moved.
enum Migration15Authorities: Migration {
  static let identifier = "9 authorities"

  static let statements = ["ALTER TABLE certificates ADD COLUMN authority TEXT;"]
}
