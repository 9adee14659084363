//! A made company with known effects, for trying Herald and for testing it. Its numbers are made, its engines are not.
//! Pure: no storage, no clock. What was planted is described in docs/demo.md and told by [`Company::planted`].

mod parameters;
mod chance;
mod calendar;
mod catalogue;
mod customers;
mod mailings;
mod orders;
mod falling;
mod interactions;
mod ads;
mod posts;
mod planted;
#[cfg(test)]
mod tests;

use std::collections::BTreeSet;

use jiff::civil::Date;

use crate::domain::{AdResult, CampaignSend, Interaction, Order, Post, Product};
use calendar::Calendar;
use catalogue::Catalogue;
pub use customers::Customer;
use orders::Shelf;
use parameters::Parameters;
pub use planted::Planted;
pub use posts::{PostKind, PostLabel};

/// Which company to make. The same options make the same company.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DemoOptions {
    /// Another seed is another company with the same effects.
    pub seed: u64,
    /// The last day of data; all effects are dated from it.
    pub last_day: Date,
    /// Years of data, 1 to 5.
    pub years: u8,
}

impl DemoOptions {
    /// Two years up to a day.
    #[must_use]
    pub fn until(last_day: Date) -> DemoOptions {
        DemoOptions { seed: 7, last_day, years: 2 }
    }
}

/// The company.
#[derive(Debug, Clone, PartialEq)]
pub struct Company {
    /// Its name.
    pub name: String,
    /// Products with the prices of the last day.
    pub products: Vec<Product>,
    /// Order lines and returns, in the order of time.
    pub orders: Vec<Order>,
    /// Reviews, posts and letters, in the order of time.
    pub posts: Vec<Post>,
    /// Ad results, by day.
    pub ad_results: Vec<AdResult>,
    /// Views, baskets, likes and purchases on the web in the last year.
    pub interactions: Vec<Interaction>,
    /// Mailings.
    pub campaign_sends: Vec<CampaignSend>,
    /// What was planted.
    pub planted: Vec<Planted>,
    /// What is true of each post, in the order of the posts; not a table that engines read.
    pub post_labels: Vec<PostLabel>,
    /// The customers with what is true of them; not a table that engines read.
    pub customers: Vec<Customer>,
}

impl Company {
    /// Makes the company.
    #[must_use]
    pub fn generate(options: &DemoOptions) -> Company {
        let seed = options.seed;
        let parameters: Parameters = parameters::read("company.toml");
        let calendar = Calendar::new(options.last_day, options.years, &parameters);
        let catalogue = Catalogue::new(seed, &parameters, &calendar);
        let climate = customers::Climate::new(seed, &parameters, &calendar);
        let mut lives = customers::lives(seed, &parameters, &calendar, &climate);
        let walk_ins = customers::walk_ins(seed, &parameters, &calendar, &climate);
        let shelf = Shelf { parameters: &parameters, calendar: &calendar, catalogue: &catalogue };
        let orders = orders::orders(seed, &shelf, &lives, &walk_ins);
        // Whose only visit did not happen is no customer.
        let known: BTreeSet<&str> = orders.iter().filter_map(|order| order.customer_id.as_deref()).collect();
        lives.retain(|life| known.contains(life.customer.customer_id.as_str()));
        let ads = ads::Ads::read();
        let (posts, post_labels) = posts::posts(seed, &shelf);
        Company {
            name: parameters.name.clone(),
            products: catalogue.products(&parameters, &calendar),
            posts,
            planted: planted::planted(&parameters, &ads, &calendar),
            post_labels,
            ad_results: ads::results(seed, &ads, &parameters, &calendar),
            interactions: interactions::interactions(seed, &shelf, &lives, &orders),
            campaign_sends: mailings::sends(&parameters, &lives, &orders),
            customers: lives.into_iter().map(|life| life.customer).collect(),
            orders,
        }
    }

    /// How much of everything there is.
    #[must_use]
    pub fn summary(&self) -> Summary {
        let orders: BTreeSet<&str> = self.orders.iter().map(|order| order.order_id.as_str()).collect();
        let days = self.orders.iter().map(|order| order.ordered_at.date());
        Summary {
            products: self.products.len(),
            customers: self.customers.len(),
            orders: orders.len(),
            order_lines: self.orders.len(),
            returns: self.orders.iter().filter(|order| order.quantity < 0.0).count(),
            posts: self.posts.len(),
            ad_results: self.ad_results.len(),
            interactions: self.interactions.len(),
            campaign_sends: self.campaign_sends.len(),
            planted: self.planted.len(),
            first_day: days.clone().min(),
            last_day: days.max(),
        }
    }
}

/// How much of everything a company has.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Summary {
    /// Products.
    pub products: usize,
    /// Customers with at least one order.
    pub customers: usize,
    /// Orders.
    pub orders: usize,
    /// Order lines, returns among them.
    pub order_lines: usize,
    /// Lines that came back.
    pub returns: usize,
    /// Posts, reviews and letters.
    pub posts: usize,
    /// Rows of ad results.
    pub ad_results: usize,
    /// Views, baskets, likes and purchases.
    pub interactions: usize,
    /// Letters of mailings.
    pub campaign_sends: usize,
    /// Planted effects.
    pub planted: usize,
    /// The first day with an order.
    pub first_day: Option<Date>,
    /// The last day with an order.
    pub last_day: Option<Date>,
}
