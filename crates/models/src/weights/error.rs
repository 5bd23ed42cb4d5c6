//! What can be wrong with weights, in words that name the file and the tensor.

/// Why weights cannot be used. Whatever was loaded before stays as it was.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum WeightsError {
    /// A file that is needed is not there.
    #[error("{file}: the file is missing")]
    NoFile {
        /// The file's name in its folder.
        file: String,
    },
    /// Bytes could not be read.
    #[error("{file}: cannot be read: {message}")]
    Unreadable {
        /// The file's name in its folder.
        file: String,
        /// What the system says.
        message: String,
    },
    /// A safetensors file is cut off, damaged or of another kind.
    #[error("{file}: not a whole safetensors file: {message}")]
    Damaged {
        /// The file's name in its folder.
        file: String,
        /// What is wrong with it.
        message: String,
    },
    /// Two tensors have one name.
    #[error("{file}: the tensor {tensor} is there twice")]
    Duplicate {
        /// The file that repeats it.
        file: String,
        /// The tensor's name.
        tensor: String,
    },
    /// A tensor of the network is not there.
    #[error("the tensor {tensor} is missing; it should be {expected:?}")]
    Missing {
        /// The tensor's name.
        tensor: String,
        /// The shape that it should have.
        expected: Vec<usize>,
    },
    /// A tensor is there that the network does not have.
    #[error("the tensor {tensor} is extra: the network that config.json describes has none of that name{}", more(*.others))]
    Extra {
        /// The first such tensor's name, in alphabetical order.
        tensor: String,
        /// How many others there are.
        others: usize,
    },
    /// A tensor has another shape than the network's.
    #[error("the tensor {tensor} is misshapen: it is {found:?} and should be {expected:?}")]
    Shape {
        /// The tensor's name.
        tensor: String,
        /// The shape that it has.
        found: Vec<usize>,
        /// The shape that it should have.
        expected: Vec<usize>,
    },
    /// A tensor has numbers of a kind that is not read.
    #[error("the tensor {tensor} holds {found}; F32, F16 and BF16 are read")]
    Kind {
        /// The tensor's name.
        tensor: String,
        /// The kind that it has, as safetensors calls it.
        found: String,
    },
    /// A tensor holds NaN or an infinity.
    #[error("the tensor {tensor} holds a value that is not a finite number, at place {place}")]
    NotFinite {
        /// The tensor's name.
        tensor: String,
        /// The value's place in the tensor, counted from 0.
        place: usize,
    },
    /// A configuration file is not JSON, or describes a network that cannot be built.
    #[error("{file}: {message}")]
    Config {
        /// The file's name in its folder.
        file: String,
        /// What is wrong with it.
        message: String,
    },
}

impl WeightsError {
    /// A configuration file that is wrong.
    #[expect(
        clippy::needless_pass_by_value,
        reason = "callers hand over what they have: words, or an error of any kind"
    )]
    pub(crate) fn config(file: &str, message: impl ToString) -> Self {
        Self::Config { file: file.to_owned(), message: message.to_string() }
    }
}

fn more(others: usize) -> String {
    if others == 0 { String::new() } else { format!(" (and {others} more)") }
}
